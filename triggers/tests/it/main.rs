//! The triggers against stand-ins for DynamoDB, S3 and Rekognition, called as Cognito calls them.

#![cfg(test)]

mod changes;
mod decoys;
mod enrolment;
mod events;
mod last_gate;
mod lockouts;
mod mailboxes;
mod properties;
mod recovery;
mod sign_in;
mod stores;
mod world;
