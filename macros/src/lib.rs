//! Home of `yunxin::spec!`, which compiles endpoint specs of a service's own. It exports nothing yet.
