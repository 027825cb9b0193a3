//! What the template promises and no running test sees: encryption, backups, what stays when the stack goes, how long things are kept, and the
//! properties of the pool that can't be changed once it is made. One row a promise, with the reason.

mod conditions;
mod watching;

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::problems::Problems;

/// Which resources a promise is about.
enum Of {
    /// All of a type.
    Type(&'static str),
    /// One, by logical id. It has to be there.
    Id(&'static str),
}

struct Promise {
    of: Of,
    /// JSON pointer into the resource, or into its properties if it does not begin with `/`.
    at: &'static str,
    is: Value,
    because: &'static str,
}

use Of::{Id, Type};

const TABLE: Of = Type("AWS::DynamoDB::Table");
const BUCKET: Of = Type("AWS::S3::Bucket");
const QUEUE: Of = Type("AWS::SQS::Queue");
const FUNCTION: Of = Type("AWS::Lambda::Function");
const POOL: Of = Type("AWS::Cognito::UserPool");
const CLIENT: Of = Type("AWS::Cognito::UserPoolClient");

fn promise(of: Of, at: &'static str, is: Value, because: &'static str) -> Promise {
    Promise {
        of,
        at,
        is,
        because,
    }
}

fn parameter(name: &str) -> Value {
    json!({"Ref": name})
}

/// The identity that SES verified: the sender's domain if one is given, else the address.
fn identity() -> Value {
    json!({"Fn::Sub": [
        "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${Identity}",
        {"Identity": {"Fn::If": ["SendsForDomain", parameter("SenderDomain"), parameter("SenderAddress")]}},
    ]})
}

/// The operator's key, if there is one.
fn own_key() -> Value {
    json!({"Fn::If": ["HasKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]})
}

fn own_key_of_bucket() -> Value {
    json!([{"Fn::If": ["HasKey",
        {"BucketKeyEnabled": true, "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": parameter("KmsKeyArn")}},
        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}])
}

/// Uploads from the stack's own page, or from where the operator says that it is, and from the operator's apps.
fn from_the_page() -> Value {
    let own = json!({"Fn::Sub": "https://${SiteDistribution.DomainName}"});
    let page = json!({"Fn::If": ["HasOrigin", parameter("PageOrigin"), {"Fn::If": ["HasSite", own, "https://localhost"]}]});
    let all = json!({"Fn::Split": [",", {"Fn::Sub": ["${Page},${AppOrigins}", {"Page": page}]}]});
    json!([{"AllowedOrigins": {"Fn::If": ["HasApps", all, [page]]}, "AllowedMethods": ["POST"], "AllowedHeaders": ["*"], "MaxAge": 3600}])
}

/// The table. A change of the template that breaks a row has to change the row, and its reason, too.
static PROMISES: LazyLock<Vec<Promise>> = LazyLock::new(|| {
    let stays = "users and faces outlive a stack that is deleted by mistake";
    let goes = "short-lived data goes with the stack";
    let rest = "what rests is encrypted";
    let passwords =
        "passwords are made by the page, long and random; a weaker rule would let others in";
    let mut rows = stays_and_goes(stays, goes);
    rows.extend(watching::promises());
    rows.extend([
        promise(TABLE, "BillingMode", json!("PAY_PER_REQUEST"), "nobody plans for load"),
        promise(TABLE, "SSESpecification", json!({"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": own_key()}), rest),
        promise(Id("SelfiesBucket"), "BucketEncryption/ServerSideEncryptionConfiguration", own_key_of_bucket(), rest),
        promise(Id("DocumentsBucket"), "BucketEncryption/ServerSideEncryptionConfiguration", own_key_of_bucket(), rest),
        promise(Id("SiteDistribution"), "DistributionConfig/DefaultCacheBehavior/ViewerProtocolPolicy", json!("redirect-to-https"), "browsers give the camera to pages with TLS only"),
        promise(Id("SitePage"), "Files", json!("unpackaged"), "`cargo xtask package` writes the sum there"),
        promise(Id("SitePage"), "ServiceTimeout", json!(60), "a stuck function does not hold the stack for an hour"),
        promise(Id("SiteInitFunction"), "Timeout", json!(60), "as long as CloudFormation waits"),
        promise(Id("Collections"), "WhenDeleted", parameter("WhenDeleted"), "passed on"),
        promise(Id("Pepper"), "KmsKeyId", own_key(), rest),
        promise(Id("EnrolmentsTable"), "DeletionProtectionEnabled", json!({"Fn::If": ["Protects", true, false]}), "passed on"),
        promise(FUNCTION, "LoggingConfig/ApplicationLogLevel", parameter("LogLevel"), "passed on"),
        promise(FUNCTION, "TracingConfig/Mode", parameter("Tracing"), "passed on"),
        promise(Id("EnrolmentsTable"), "PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled", json!(true), "enrolments can be brought back"),
        promise(Id("ChallengesTable"), "TimeToLiveSpecification", json!({"AttributeName": "ttl", "Enabled": true}), "dead challenges go away"),
        promise(BUCKET, "OwnershipControls/Rules", json!([{"ObjectOwnership": "BucketOwnerEnforced"}]), "an upload's form can't give rights away"),
        promise(Id("SelfiesBucket"), "CorsConfiguration/CorsRules", from_the_page(), "browsers upload from the page and the operator's apps only"),
        promise(Id("DocumentsBucket"), "CorsConfiguration/CorsRules", from_the_page(), "browsers upload from the page and the operator's apps only"),
        promise(Id("SelfiesBucket"), "LifecycleConfiguration/Rules", json!([{"Id": "expire-selfies", "Status": "Enabled", "ExpirationInDays": 1}]), "no selfie outlives a day, whatever fails"),
        promise(Id("DocumentsBucket"), "LifecycleConfiguration/Rules/0", json!({"Id": "expire-documents", "Prefix": "documents/", "Status": "Enabled", "ExpirationInDays": 1}), "no upload outlives a day, whatever fails"),
        promise(Id("DocumentsBucket"), "LifecycleConfiguration/Rules/1", json!({"Fn::If": ["KeepPhotos", {"Id": "expire-kept", "Prefix": "kept/", "Status": "Enabled", "ExpirationInDays": parameter("PhotoRetentionDays")}, {"Ref": "AWS::NoValue"}]}), "kept photos go after the time that people agreed to"),
        promise(Id("DocumentsBucket"), "/DependsOn", json!("IndexQueuePolicy"), "S3 asks the queue's policy when the notification is made"),
        promise(Id("DocumentsBucket"), "NotificationConfiguration/QueueConfigurations/0/Filter", json!({"S3Key": {"Rules": [{"Name": "prefix", "Value": "documents/"}]}}), "a copy under kept/ is no new upload"),
        promise(QUEUE, "SqsManagedSseEnabled", json!(true), rest),
        promise(Id("IndexQueue"), "MessageRetentionPeriod", json!(86_400), "as long as the photo itself stays"),
        promise(Id("IndexQueue"), "VisibilityTimeout", parameter("QueueVisibilitySeconds"), "tests shorten it"),
        promise(Id("IndexQueue"), "RedrivePolicy", json!({"deadLetterTargetArn": {"Fn::GetAtt": ["IndexDeadLetterQueue", "Arn"]}, "maxReceiveCount": 5}), "what fails five times waits for a person"),
        promise(Id("IndexDeadLetterQueue"), "MessageRetentionPeriod", json!(1_209_600), "the longest that there is: somebody has to look"),
        promise(Id("Pepper"), "GenerateSecretString", json!({"PasswordLength": 64, "ExcludePunctuation": true}), "380 bits, and nothing that a shell or a URL would change"),
        promise(FUNCTION, "Architectures", json!(["arm64"]), "what `cargo xtask package` builds"),
        promise(FUNCTION, "LoggingConfig/LogFormat", json!("JSON"), "logs are queried by field"),
        promise(FUNCTION, "/Metadata/BuildMethod", json!("rust-cargolambda"), "`sam build` knows how"),
        promise(Id("Collections"), "ServiceTimeout", json!(60), "a stuck function does not hold the stack for an hour"),
        promise(Id("TokenClient"), "ServiceTimeout", json!(60), "a stuck function does not hold the stack for an hour"),
        promise(Id("CollectionInitFunction"), "Timeout", json!(60), "as long as CloudFormation waits"),
        promise(Id("IndexerEvents"), "FunctionResponseTypes", json!(["ReportBatchItemFailures"]), "one bad photo does not bring its batch back"),
        promise(Id("IndexerEvents"), "BatchSize", json!(5), "five photos one after the other fit into the function's time"),
        promise(Id("Collections"), "Generation", parameter("CollectionGeneration"), "passed on"),
        promise(Id("Collections"), "Shards", parameter("CollectionShards"), "passed on"),
        promise(Id("SweepSchedule"), "ScheduleExpression", json!({"Fn::Sub": "rate(${SweepMinutes} minutes)"}), "passed on"),
        promise(Id("SweepSchedule"), "State", json!("ENABLED"), "what nobody owns any more goes by itself"),
        promise(Id("SweepSchedule"), "Targets", json!([{"Id": "sweeper", "Arn": {"Fn::GetAtt": ["SweeperFunction", "Arn"]}}]), "what nobody owns any more goes by itself"),
        promise(Id("SweeperPermission"), "Principal", json!("events.amazonaws.com"), "the schedule calls it, and nobody else"),
        promise(Id("SweeperFunction"), "Timeout", json!(900), "the longest that there is: a run goes as far as it can"),
        promise(Id("SweeperFunctionEventInvokeConfig"), "MaximumRetryAttempts", json!(0), "the next run goes on where a failed one stopped"),
        promise(POOL, "UserPoolTier", json!("ESSENTIALS"), "what the figures of cost are for"),
        promise(POOL, "EmailConfiguration", json!({"Fn::If": ["SendsMail", {"EmailSendingAccount": "DEVELOPER", "From": parameter("SenderAddress"), "SourceArn": identity()}, {"Ref": "AWS::NoValue"}]}), "codes come from the operator's address where there is one"),
        promise(Id("VerifyGivesNotice"), "/Condition", json!("SendsMail"), "no right without a use"),
        promise(Id("VerifyGivesNotice"), "PolicyDocument/Statement", json!([{"Effect": "Allow", "Action": "ses:SendEmail", "Resource": identity(), "Condition": {"StringEquals": {"ses:FromAddress": parameter("SenderAddress")}}}]), "it sends from one address and no other"),
        promise(POOL, "AliasAttributes", json!(["email"]), "as a user name an address would tell who has an account; can't be changed later"),
        promise(POOL, "AutoVerifiedAttributes", json!(["email"]), "Cognito mails the code"),
        promise(POOL, "UsernameConfiguration/CaseSensitive", json!(false), "addresses are typed in any case; can't be changed later"),
        promise(POOL, "Schema", json!([{"Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true}]), "an account has an address and can change it; can't be changed later"),
        promise(POOL, "MfaConfiguration", json!("OFF"), "another factor would put rounds of its own into the history that Define reads"),
        promise(POOL, "Policies/PasswordPolicy", json!({"MinimumLength": 32, "RequireLowercase": true, "RequireUppercase": true, "RequireNumbers": true, "RequireSymbols": true}), passwords),
        promise(POOL, "AccountRecoverySetting/RecoveryMechanisms", json!([{"Name": "verified_email", "Priority": 1}]), "recovery goes to the mailbox and nowhere else"),
        promise(POOL, "UserAttributeUpdateSettings/AttributesRequireVerificationBeforeUpdate", json!(["email"]), "a stolen token alone moves no account to another mailbox"),
        promise(POOL, "DeletionProtection", parameter("DeletionProtection"), "passed on"),
        promise(CLIENT, "GenerateSecret", json!(false), "a page keeps no secret"),
        promise(CLIENT, "ExplicitAuthFlows", json!(["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]), "any other flow is a way in without a face"),
        promise(CLIENT, "PreventUserExistenceErrors", json!("ENABLED"), "nobody learns who has an account"),
        promise(CLIENT, "EnableTokenRevocation", json!(true), "signing out ends the refresh token"),
        promise(CLIENT, "AuthSessionValidity", json!(15), "time for a document, a selfie and a second try"),
        promise(CLIENT, "AccessTokenValidity", parameter("AccessTokenMinutes"), "passed on"),
        promise(CLIENT, "IdTokenValidity", parameter("AccessTokenMinutes"), "passed on"),
        promise(CLIENT, "RefreshTokenValidity", parameter("RefreshTokenMinutes"), "passed on"),
        promise(CLIENT, "TokenValidityUnits", json!({"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"}), "what the parameters are counted in"),
        promise(CLIENT, "WriteAttributes", json!(["email", "name", "locale"]), "a person's own token writes nothing else"),
    ]);
    rows
});

fn stays_and_goes(stays: &'static str, goes: &'static str) -> Vec<Promise> {
    let both = |id: &'static str, deleted: &str, replaced: &str, because| {
        [
            promise(Id(id), "/DeletionPolicy", json!(deleted), because),
            promise(Id(id), "/UpdateReplacePolicy", json!(replaced), because),
        ]
    };
    // What a creation that failed leaves behind would be in the way of the next one.
    let stay = ["EnrolmentsTable", "UserPool", "Pepper", "DocumentsBucket"]
        .map(|id| both(id, "RetainExceptOnCreate", "Retain", stays));
    let go = ["ChallengesTable", "SelfiesBucket", "SiteBucket"]
        .map(|id| both(id, "Delete", "Delete", goes));
    stay.into_iter().chain(go).flatten().collect()
}

/// Tells every promise that is broken.
pub(super) fn check(template: &Value, problems: &mut Problems) {
    conditions::check(&template["Conditions"], problems);
    let resources = template["Resources"].as_object();
    for promise in PROMISES.iter() {
        for (id, resource) in resources.into_iter().flatten() {
            let is_meant = match promise.of {
                Of::Type(kind) => resource["Type"] == kind,
                Of::Id(wanted) => id == wanted,
            };
            if is_meant {
                promise.hold(id, resource, problems);
            }
        }
        if let Of::Id(id) = promise.of
            && template["Resources"][id].is_null()
        {
            problems.add(format!("{id} is gone: {}", promise.because));
        }
    }
}

impl Promise {
    fn hold(&self, id: &str, resource: &Value, problems: &mut Problems) {
        let pointer = if self.at.starts_with('/') {
            self.at.to_owned()
        } else {
            format!("/Properties/{}", self.at)
        };
        if resource.pointer(&pointer) != Some(&self.is) {
            let at = self.at.trim_start_matches('/');
            problems.add(format!("{id}.{at} has to be {}: {}", self.is, self.because));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(template: &Value) -> String {
        let mut problems = Problems::default();
        check(template, &mut problems);
        problems.told()
    }

    #[test]
    fn a_broken_promise_is_told_with_its_reason() {
        let pool = |revocation: Value| json!({"Resources": {"Client": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"EnableTokenRevocation": revocation}}}});
        let sentence = "Client.EnableTokenRevocation has to be true: signing out";
        assert!(!told(&pool(json!(true))).contains(sentence));
        for broken in [json!(false), json!("true"), Value::Null] {
            assert!(told(&pool(broken.clone())).contains(sentence), "{broken}");
        }
    }

    #[test]
    fn what_is_promised_by_name_has_to_be_there() {
        assert!(told(&json!({"Resources": {}})).contains("EnrolmentsTable is gone"));
    }
}
