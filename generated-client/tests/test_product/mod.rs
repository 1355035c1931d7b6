//! A small product in the shape of generated code.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]

use yunxin::__private::prelude::*;

/// A product whose success is decided by the code in the body, like IM.
pub static PRODUCT: ProductMeta<'static> = ProductMeta {
    name: "sample",
    title: "A product for tests",
    hosts: &[Hosts { region: "mainland", urls: &["https://sample.example", "https://sample-bak.example"] }],
    base_path: "/base",
    health: Some("/health"),
    signing: Signing::CheckSum,
    body: Body::Form,
    request_id: RequestIdRule { header: "RequestId", dedup: Some(Duration::from_secs(60)) },
    reply: ReplyRule {
        http: HttpSuccess::Status(200),
        code_key: "code",
        codes: &[200],
        code_may_be_absent: false,
        message_keys: &["desc", "msg"],
        request_id_keys: &["requestId"],
    },
    errors: ErrorCode::LISTED,
};

/// A product whose success is decided by the HTTP status, like RTC.
pub static REST: ProductMeta<'static> = ProductMeta {
    name: "rest",
    title: "Another product for tests",
    hosts: &[Hosts { region: "overseas", urls: &["https://rest.example"] }],
    base_path: "",
    health: None,
    signing: Signing::CheckSum,
    body: Body::Json,
    request_id: RequestIdRule { header: "X-custom-traceid", dedup: None },
    reply: ReplyRule {
        http: HttpSuccess::Any2xx,
        code_key: "code",
        codes: &[200, 0],
        code_may_be_absent: true,
        message_keys: &["errmsg", "msg"],
        request_id_keys: &["requestId"],
    },
    errors: RestErrorCode::LISTED,
};

error_codes! {
    /// Codes of the product.
    pub enum ErrorCode: PRODUCT {
        /// A parameter or the CheckSum is wrong.
        BadParameter = 414, "bad_parameter", Permanent, clock_words: ["CurTime", "checksum"];
        /// Called too often.
        OverQuota = 416, "over_quota", QuotaBlocked;
        /// The request timed out.
        ClientTimeout = 408, "client_timeout", Unknown;
        /// Try again later.
        TryAgain = 449, "try_again", RetryLater;
        /// The server is overloaded.
        Busy = 503, "busy", Busy;
        /// A request with this id was already processed.
        Repeated = 431, "repeated", Duplicate;
        /// Internal server error.
        Internal = 500, "internal", Failed;
    }
}

error_codes! {
    /// Codes of the other product.
    pub enum RestErrorCode: REST {
        /// The CheckSum is wrong or too old.
        Unauthorized = 401, "unauthorized", Clock, http: 401;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gender {
    Unknown,
    Male,
    Female,
    Unlisted(i32),
}
open_enum!(Gender, i32, Unknown = 0, Male = 1, Female = 2);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Os {
    Ios,
    Android,
    Unlisted(String),
}
open_enum!(Os, str, Ios = "ios", Android = "android");

/// A form with an object as payload.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct Create {
    accid: String,
    token: Option<Secret>,
    name: Option<String>,
    gender: Option<Gender>,
    tags: Option<Vec<String>>,
    expires: Option<Seconds>,
    silent: Option<bool>,
    loud: Option<bool>,
    ext: Option<Json>,
    os: Option<Os>,
    profile: Option<Profile>,
}

impl Create {
    pub fn new(accid: impl Into<String>) -> Self {
        Self {
            accid: accid.into(),
            token: None,
            name: None,
            gender: None,
            tags: None,
            expires: None,
            silent: None,
            loud: None,
            ext: None,
            os: None,
            profile: None,
        }
    }

    pub fn token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self
    }

    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    pub fn gender(mut self, gender: impl Into<Gender>) -> Self {
        self.gender = Some(gender.into());
        self
    }

    pub fn tags(mut self, tags: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tags = Some(tags.into_iter().map(Into::into).collect());
        self
    }

    pub fn expires(mut self, expires: impl Into<Seconds>) -> Self {
        self.expires = Some(expires.into());
        self
    }

    pub fn silent(mut self, silent: bool) -> Self {
        self.silent = Some(silent);
        self
    }

    pub fn loud(mut self, loud: bool) -> Self {
        self.loud = Some(loud);
        self
    }

    pub fn ext(mut self, ext: impl Into<Json>) -> Self {
        self.ext = Some(ext.into());
        self
    }

    pub fn os(mut self, os: impl Into<Os>) -> Self {
        self.os = Some(os.into());
        self
    }

    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = Some(profile);
        self
    }
}

impl Endpoint for Create {
    type Reply = Account;
    const META: EndpointMeta<'static> =
        EndpointMeta::new(&PRODUCT, "sample.user.create", Method::Post, "/user/create.action")
            .body(Body::Form)
            .payload(Payload::At("info"))
            .retry(Retry::Deduplicated);

    fn encode(&self, out: &mut Encoder<'_>) {
        out.form("accid", &self.accid, &[Limit::Id, Limit::MaxLen(32)]);
        out.form("token", &self.token, &[Limit::MaxLen(128)]);
        out.form("name", &self.name, &[Limit::MaxLen(64)]);
        out.form("gender", &self.gender, &[]);
        out.form("tags", &JsonText(&self.tags), &[Limit::MaxItems(10)]);
        out.form("expires", &self.expires, &[Limit::Range(Some(0), None)]);
        out.form("silent", &Bit(&self.silent), &[]);
        out.form("loud", &self.loud, &[]);
        out.form("ext", &JsonText(&self.ext), &[]);
        out.form("os", &self.os, &[]);
        out.form("profile", &self.profile, &[]);
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Account {
    pub accid: String,
    pub token: Secret,
    pub gender: Option<Gender>,
    pub profile: Profile,
    pub friends: Vec<Friend>,
    pub seen: UnixMillis,
}

impl Fields for Account {
    fn visit_fields(&mut self, visitor: &mut FieldVisitor<'_>) {
        visitor.visit(
            &["accid", "token", "gender", "profile", "friends", "seen"],
            &mut [
                &mut self.accid,
                &mut self.token,
                &mut self.gender,
                &mut self.profile,
                &mut self.friends,
                &mut self.seen,
            ],
        );
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[("Token", "token")]
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Friend {
    pub id: u64,
    pub close: bool,
}

impl Fields for Friend {
    fn visit_fields(&mut self, visitor: &mut FieldVisitor<'_>) {
        visitor.visit(&["id", "close"], &mut [&mut self.id, &mut self.close]);
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Profile {
    pub name: String,
    pub ext: Option<Json>,
}

impl Fields for Profile {
    fn visit_fields(&mut self, visitor: &mut FieldVisitor<'_>) {
        visitor.visit(&["name", "ext"], &mut [&mut self.name, &mut self.ext]);
    }
}

impl Members for Profile {
    fn members(&self, out: &mut Object<'_>) {
        out.member("name", &self.name, &[Limit::MaxLen(64)]);
        out.member("ext", &JsonText(&self.ext), &[]);
    }
}

/// Twenty of these are the large reply of tests and benches.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct UserInfo {
    pub accid: String,
    pub name: String,
    pub icon: String,
    pub sign: String,
    pub email: String,
    pub birth: String,
    pub mobile: String,
    pub gender: Gender,
    pub ex: String,
    pub valid: bool,
    pub mute: bool,
    pub updated: UnixMillis,
}

impl Fields for UserInfo {
    fn visit_fields(&mut self, visitor: &mut FieldVisitor<'_>) {
        visitor.visit(
            &[
                "accid",
                "name",
                "icon",
                "sign",
                "email",
                "birth",
                "mobile",
                "gender",
                "ex",
                "valid",
                "mute",
                "updatetime",
            ],
            &mut [
                &mut self.accid,
                &mut self.name,
                &mut self.icon,
                &mut self.sign,
                &mut self.email,
                &mut self.birth,
                &mut self.mobile,
                &mut self.gender,
                &mut self.ex,
                &mut self.valid,
                &mut self.mute,
                &mut self.updated,
            ],
        );
    }
}

/// A form with a list as payload.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct GetUserInfos {
    pub accids: Vec<String>,
}

impl Endpoint for GetUserInfos {
    type Reply = Vec<UserInfo>;
    const META: EndpointMeta<'static> =
        EndpointMeta::new(&PRODUCT, "sample.user.get_infos", Method::Post, "/user/getUinfos.action")
            .body(Body::Form)
            .payload(Payload::At("uinfos"))
            .retry(Retry::Safe);

    fn encode(&self, out: &mut Encoder<'_>) {
        out.form("accids", &JsonText(&self.accids), &[Limit::MaxItems(200)]);
    }
}

/// Ten fields of plain text and numbers.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct SendMessage {
    pub from: String,
    pub ope: i32,
    pub to: String,
    pub kind: i32,
    pub body: String,
    pub antispam: Option<bool>,
    pub option: Option<String>,
    pub pushcontent: Option<String>,
    pub payload: Option<String>,
    pub ext: Option<String>,
}

impl SendMessage {
    pub fn full() -> Self {
        Self {
            from: "alice".to_owned(),
            ope: 0,
            to: "bob".to_owned(),
            kind: 0,
            body: "hello-there".to_owned(),
            antispam: Some(false),
            option: Some("push".to_owned()),
            pushcontent: Some("new-message".to_owned()),
            payload: Some("payload".to_owned()),
            ext: Some("ext".to_owned()),
        }
    }
}

impl Endpoint for SendMessage {
    type Reply = Sent;
    const META: EndpointMeta<'static> =
        EndpointMeta::new(&PRODUCT, "sample.msg.send", Method::Post, "/msg/sendMsg.action")
            .body(Body::Form)
            .payload(Payload::At("data"))
            .retry(Retry::Never)
            .rate(4, Per::Seconds(10));

    fn encode(&self, out: &mut Encoder<'_>) {
        out.form("from", &self.from, &[Limit::Id, Limit::MaxLen(32)]);
        out.form("ope", &self.ope, &[]);
        out.form("to", &self.to, &[Limit::Id, Limit::MaxLen(32)]);
        out.form("type", &self.kind, &[]);
        out.form("body", &self.body, &[Limit::MaxLen(5000)]);
        out.form("antispam", &self.antispam, &[]);
        out.form("option", &self.option, &[]);
        out.form("pushcontent", &self.pushcontent, &[Limit::MaxLen(500)]);
        out.form("payload", &self.payload, &[]);
        out.form("ext", &self.ext, &[Limit::MaxLen(1024)]);
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Sent {
    pub msgid: i64,
    pub timetag: UnixMillis,
    pub antispam: bool,
}

impl Fields for Sent {
    fn visit_fields(&mut self, visitor: &mut FieldVisitor<'_>) {
        visitor.visit(&["msgid", "timetag", "antispam"], &mut [&mut self.msgid, &mut self.timetag, &mut self.antispam]);
    }
}

/// JSON, path parameters, an optional last segment, a flat payload.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct Kick {
    pub room: String,
    pub uid: Option<u64>,
    pub seconds: Option<i64>,
    pub reason: Option<String>,
}

impl Endpoint for Kick {
    type Reply = Kicked;
    const META: EndpointMeta<'static> =
        EndpointMeta::new(&REST, "rest.room.kick", Method::Post, "/v2/rooms/{room}/members{/uid}")
            .body(Body::Json)
            .payload(Payload::Flat)
            .retry(Retry::Never);

    fn encode(&self, out: &mut Encoder<'_>) {
        out.path("room", &self.room, &[]);
        out.path("uid", &self.uid, &[]);
        out.json("seconds", &Quoted(&self.seconds), &[Limit::Range(Some(1), None)]);
        out.json("reason", &self.reason, &[Limit::MaxLen(8)]);
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Kicked {
    pub cid: u64,
    pub left: Vec<String>,
}

impl Fields for Kicked {
    fn visit_fields(&mut self, visitor: &mut FieldVisitor<'_>) {
        visitor.visit(&["cid", "left"], &mut [&mut self.cid, &mut self.left]);
    }
}

/// Query only, no payload.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct Delete {
    pub cname: String,
    pub ids: Vec<i64>,
    pub tag: Option<String>,
}

impl Endpoint for Delete {
    type Reply = ();
    const META: EndpointMeta<'static> =
        EndpointMeta::new(&REST, "rest.room.delete", Method::Delete, "/v3/rooms").retry(Retry::Safe);

    fn encode(&self, out: &mut Encoder<'_>) {
        out.query("cname", &self.cname, &[Limit::Id, Limit::MaxLen(64)]);
        out.query("ids", &Comma(&self.ids), &[]);
        out.header("X-Tag", &self.tag, &[]);
    }
}

/// A file.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct Upload {
    pub tag: String,
    pub content: File,
}

impl Endpoint for Upload {
    type Reply = String;
    const META: EndpointMeta<'static> =
        EndpointMeta::new(&PRODUCT, "sample.file.upload", Method::Post, "/file/upload.action")
            .body(Body::Multipart)
            .payload(Payload::At("url"))
            .retry(Retry::Never);

    fn encode(&self, out: &mut Encoder<'_>) {
        out.form("tag", &self.tag, &[]);
        out.part("content", &self.content, &[]);
    }
}
