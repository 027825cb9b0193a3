//! `config.json`, the page's only configuration.

use crate::consent;

/// What the page needs to know about its pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The app client.
    pub client_id: String,
    /// The part of the pool id after `_`, which SRP hashes.
    pub srp_pool: String,
    /// Where Cognito is.
    pub cognito: String,
    /// Languages the page may use; empty means all it has.
    pub languages: Vec<String>,
    /// Origins besides the page's own that it may return to.
    pub return_origins: Vec<String>,
}

/// Why the page can't be used with the configuration that it got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsProblem {
    /// There was none, or something needed is missing.
    Unusable,
    /// It is made for another version of this page, or for another consent text: the page in the browser's cache is old.
    OtherVersion,
}

impl Settings {
    /// `text` looks a member up that holds a text or a number; `list` one that holds texts.
    pub fn read(
        text: impl Fn(&str) -> Option<String>,
        list: impl Fn(&str) -> Vec<String>,
    ) -> Result<Self, SettingsProblem> {
        if text("version").ok_or(SettingsProblem::Unusable)? != "1" {
            return Err(SettingsProblem::OtherVersion);
        }
        if text("consentVersion").ok_or(SettingsProblem::Unusable)? != consent::VERSION {
            return Err(SettingsProblem::OtherVersion);
        }
        let needed = |key: &str| {
            text(key)
                .filter(|value| !value.is_empty())
                .ok_or(SettingsProblem::Unusable)
        };
        let (region, pool) = (needed("region")?, needed("userPoolId")?);
        let srp_pool = pool
            .split_once('_')
            .map(|(_, name)| name.to_owned())
            .ok_or(SettingsProblem::Unusable)?;
        let cognito = text("cognitoEndpoint").unwrap_or_else(|| regional_endpoint(&region));
        Ok(Self {
            client_id: needed("clientId")?,
            srp_pool,
            cognito,
            languages: list("languages"),
            return_origins: list("returnOrigins"),
        })
    }
}

fn regional_endpoint(region: &str) -> String {
    let suffix = if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    };
    format!("https://cognito-idp.{region}.{suffix}/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(changes: &[(&str, Option<&str>)]) -> Result<Settings, SettingsProblem> {
        let usual = [
            ("version", "1"),
            ("region", "eu-central-1"),
            ("userPoolId", "eu-central-1_abcDEF123"),
            ("clientId", "client"),
            ("consentVersion", consent::VERSION),
        ];
        Settings::read(
            |key| match changes.iter().find(|(changed, _)| *changed == key) {
                Some((_, value)) => value.map(str::to_owned),
                None => usual
                    .iter()
                    .find(|(known, _)| *known == key)
                    .map(|(_, value)| (*value).to_owned()),
            },
            |key| vec![format!("of {key}")],
        )
    }

    #[test]
    fn endpoints() {
        for (region, endpoint, want) in [
            (
                "eu-central-1",
                None,
                "https://cognito-idp.eu-central-1.amazonaws.com/",
            ),
            (
                "cn-north-1",
                None,
                "https://cognito-idp.cn-north-1.amazonaws.com.cn/",
            ),
            (
                "eu-central-1",
                Some("http://127.0.0.1:9"),
                "http://127.0.0.1:9",
            ),
        ] {
            assert_eq!(
                read(&[("region", Some(region)), ("cognitoEndpoint", endpoint)])
                    .unwrap()
                    .cognito,
                want
            );
        }
        let usual = read(&[]).unwrap();
        assert_eq!(usual.srp_pool, "abcDEF123");
        assert_eq!(usual.languages, ["of languages"]);
        assert_eq!(usual.return_origins, ["of returnOrigins"]);
    }

    #[test]
    fn an_old_page_says_so() {
        assert_eq!(
            read(&[("version", Some("2"))]),
            Err(SettingsProblem::OtherVersion)
        );
        assert_eq!(
            read(&[("consentVersion", Some("2031-01"))]),
            Err(SettingsProblem::OtherVersion)
        );
    }

    #[test]
    fn what_is_missing_is_not_made_up() {
        for key in [
            "version",
            "region",
            "userPoolId",
            "clientId",
            "consentVersion",
        ] {
            assert_eq!(
                read(&[(key, None)]),
                Err(SettingsProblem::Unusable),
                "{key}"
            );
        }
        assert_eq!(
            read(&[("userPoolId", Some("nounderscore"))]),
            Err(SettingsProblem::Unusable)
        );
    }
}
