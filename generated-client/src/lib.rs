//! Client for the NetEase Yunxin server APIs.
