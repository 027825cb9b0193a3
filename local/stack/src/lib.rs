//! The local stack: S3, DynamoDB, queue, mail and wiring. See `local/README.md` for what it promises.

mod arguments;
mod configuration;
mod custom;
mod data;
mod distribution;
mod dynamodb;
mod events;
mod functions;
mod grants;
mod housekeeping;
mod identity;
mod inbox;
mod local;
mod metrics;
mod names;
mod net;
mod permission;
mod plan;
mod ports;
mod presign;
mod program;
mod properties;
mod queue;
mod random;
mod ready;
mod resource_policy;
mod running;
mod s3;
mod say;
mod schedule;
mod ses;
mod site;
mod watch;

pub use program::run;
