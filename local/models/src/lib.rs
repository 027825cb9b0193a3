//! The service models that AWS publishes with botocore, and whether requests and answers keep to them.
//!
//! A model says for each operation which members its request and answer have, of which type, which are required, which values and lengths are
//! allowed, and which errors it may end with, under which HTTP status. [`Models::judge`] holds one exchange against that. It looks at nothing
//! else: whether an answer is *right* is the business of other tests.
//!
//! The models are not part of the project: `cargo xtask test` fetches them. No text of this crate ever quotes a value, only names and limits: the values are passwords and faces.

mod exchange;
mod judge;
mod model;
mod pattern;
mod sample;

pub use exchange::{Answer, Breach, Exchange, Side};
pub use model::{Kind, Member, Model, ModelError, Models, Operation, Shape};
