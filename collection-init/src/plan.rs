//! What a request means for the collections, as data. Nothing here asks Rekognition.

use face_login_domain::collection::CollectionName;

use crate::request::{Faces, Request};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// Make sure that collections exist and are ours.
    Ensure {
        /// To be there.
        names: Vec<CollectionName>,
        /// May only be given up while they hold no face. They are left as they are, since a face may be on its way.
        given_up: Vec<CollectionName>,
    },
    /// Remove those of these that exist and are ours.
    Remove {
        /// Of which.
        names: Vec<CollectionName>,
        /// Whether with their faces.
        faces: Faces,
    },
    /// Nothing was ever made.
    Nothing,
    /// Change nothing, and say why.
    Refuse(Refusal),
}

/// Why a request is refused as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Properties are missing or out of range.
    #[error(
        "Prefix, Generation (1 to 99) and Shards (1 to 32) are needed, and must make valid names of collections"
    )]
    Properties,
    /// The collections would get other names.
    #[error("collections are never renamed: Prefix must stay as it is")]
    Renamed,
    /// Not Create, Update or Delete.
    #[error("this kind of request is not known")]
    UnknownRequest,
}

/// Decides what to do.
pub(crate) fn plan(request: &Request) -> Plan {
    match request {
        Request::Create {
            wanted: Some(wanted),
        }
        | Request::Update {
            current: None,
            wanted: Some(wanted),
        } => Plan::Ensure {
            names: wanted.names(),
            given_up: Vec::new(),
        },
        Request::Update {
            current: Some(current),
            wanted: Some(wanted),
        } if current.prefix() != wanted.prefix() => Plan::Refuse(Refusal::Renamed),
        Request::Update {
            current: Some(current),
            wanted: Some(wanted),
        } => Plan::Ensure {
            names: wanted.names(),
            given_up: current.names_beyond(wanted),
        },
        Request::Create { wanted: None } | Request::Update { wanted: None, .. } => {
            Plan::Refuse(Refusal::Properties)
        }
        Request::Delete {
            current: Some(current),
            faces,
        } => Plan::Remove {
            names: current.names_ever(),
            faces: *faces,
        },
        Request::Delete { current: None, .. } => Plan::Nothing,
        Request::Unknown => Plan::Refuse(Refusal::UnknownRequest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;

    fn layout(generation: u32, shards: u32) -> Option<Layout> {
        Layout::new("face-login-1a2b3c4d", generation, shards)
    }

    fn names(generation: u32, shards: std::ops::Range<u32>) -> Vec<CollectionName> {
        let name = |shard| {
            CollectionName::parse(&format!("face-login-1a2b3c4d-g{generation}-s{shard}")).unwrap()
        };
        shards.map(name).collect()
    }

    #[test]
    fn every_request_has_a_plan() {
        let ensure = |names, given_up| Plan::Ensure { names, given_up };
        let other = Layout::new("other", 1, 1);
        let update = |current, wanted| Request::Update { current, wanted };
        for (name, request, want) in [
            (
                "create",
                Request::Create {
                    wanted: layout(1, 2),
                },
                ensure(names(1, 0..2), vec![]),
            ),
            (
                "create, bad properties",
                Request::Create { wanted: None },
                Plan::Refuse(Refusal::Properties),
            ),
            (
                "update, unchanged",
                update(layout(1, 2), layout(1, 2)),
                ensure(names(1, 0..2), vec![]),
            ),
            (
                "update, more shards",
                update(layout(1, 1), layout(1, 3)),
                ensure(names(1, 0..3), vec![]),
            ),
            (
                "update, fewer shards",
                update(layout(1, 3), layout(1, 1)),
                ensure(names(1, 0..1), names(1, 1..3)),
            ),
            (
                "update, next generation",
                update(layout(1, 3), layout(2, 1)),
                ensure(names(2, 0..1), vec![]),
            ),
            (
                "update, older generation",
                update(layout(2, 2), layout(1, 4)),
                ensure(names(1, 0..4), names(2, 0..2)),
            ),
            (
                "update, other prefix",
                update(other, layout(1, 1)),
                Plan::Refuse(Refusal::Renamed),
            ),
            (
                "update, bad properties",
                update(layout(1, 1), None),
                Plan::Refuse(Refusal::Properties),
            ),
            (
                "update after bad properties",
                update(None, layout(1, 1)),
                ensure(names(1, 0..1), vec![]),
            ),
            (
                "delete",
                Request::Delete {
                    current: layout(1, 1),
                    faces: Faces::Keep,
                },
                Plan::Remove {
                    names: [names(1, 0..32), names(2, 0..32)].concat(),
                    faces: Faces::Keep,
                },
            ),
            (
                "delete after bad properties",
                Request::Delete {
                    current: None,
                    faces: Faces::Erase,
                },
                Plan::Nothing,
            ),
            (
                "anything else",
                Request::Unknown,
                Plan::Refuse(Refusal::UnknownRequest),
            ),
        ] {
            assert_eq!(plan(&request), want, "{name}");
        }
    }

    #[test]
    fn layouts_stay_within_what_the_template_allows() {
        for (name, prefix, generation, shards, usable) in [
            ("smallest", "p", 1, 1, true),
            ("largest", "p", 99, 32, true),
            ("no prefix", "", 1, 1, false),
            ("a space", "a b", 1, 1, false),
            ("too long", &*"p".repeat(250), 1, 1, false),
            ("generation 0", "p", 0, 1, false),
            ("generation 100", "p", 100, 1, false),
            ("no shard", "p", 1, 0, false),
            ("33 shards", "p", 1, 33, false),
        ] {
            assert_eq!(
                Layout::new(prefix, generation, shards).is_some(),
                usable,
                "{name}"
            );
        }
    }
}
