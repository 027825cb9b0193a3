// amazon-cognito-identity-js, the library under Amplify up to v5: callbacks, and a user object that holds the session.

import * as identity from 'amazon-cognito-identity-js';

import { journey } from './journey.mjs';
import { ready } from './world.mjs';

const { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } = identity.default ?? identity;

const pool = new CognitoUserPool({ UserPoolId: ready.userPoolId, ClientId: ready.clientId, endpoint: ready.cognito });

/** A call with a callback as a promise of its result. */
const call = (run) =>
  new Promise((resolve, reject) => run((error, result) => (error ? reject(error) : resolve(result))));

/** A call with a map of callbacks as a promise. */
const outcome = (run) =>
  new Promise((resolve, reject) =>
    run({ onSuccess: resolve, onFailure: reject, inputVerificationCode: resolve, customChallenge: (round) => resolve({ round }) }));

/** What is asked for next; null when signed in. */
const next = ({ round }) => round ?? null;

const named = (name) => new CognitoUser({ Username: name, Pool: pool });
let user;

function start(name) {
  user = named(name);
  user.setAuthenticationFlowType('CUSTOM_AUTH');
}

/** Operations of a signed-in user want the session loaded first. */
async function signedIn() {
  await call((done) => user.getSession(done));
  return user;
}

await journey({
  async signUp({ username, password, email }) {
    const attributes = [new CognitoUserAttribute({ Name: 'email', Value: email })];
    const done = await call((result) => pool.signUp(username, password, attributes, null, result));
    return { sub: done.userSub, confirmed: done.userConfirmed };
  },
  confirmSignUp: ({ username }, code) => call((done) => named(username).confirmRegistration(code, false, done)),
  resendSignUpCode: ({ username }) => call((done) => named(username).resendConfirmationCode(done)),
  async signInWithPassword(name, Password, ClientMetadata) {
    start(name);
    const details = new AuthenticationDetails({ Username: name, Password, ClientMetadata });
    return next(await outcome((callbacks) => user.authenticateUser(details, callbacks)));
  },
  async signIn(name) {
    start(name);
    return next(await outcome((callbacks) => user.initiateAuth(new AuthenticationDetails({ Username: name }), callbacks)));
  },
  async answer(text, metadata) {
    return next(await outcome((callbacks) => user.sendCustomChallengeAnswer(text, callbacks, metadata)));
  },
  async currentUser() {
    const current = pool.getCurrentUser();
    const session = await call((done) => current.getSession(done));
    return { username: session.getAccessToken().payload.username, sub: session.getIdToken().payload.sub };
  },
  async attributes() {
    const list = await call((done) => signedIn().then((it) => it.getUserAttributes(done)));
    return Object.fromEntries(list.map((attribute) => [attribute.getName(), attribute.getValue()]));
  },
  async tokens() {
    if (!pool.getCurrentUser()) return null;
    const session = await call((done) => user.getSession(done));
    return {
      access: session.getAccessToken().getJwtToken(),
      id: session.getIdToken().getJwtToken(),
      refresh: session.getRefreshToken().getToken(),
    };
  },
  async refresh() {
    const session = await call((done) => user.getSession(done));
    await call((done) => user.refreshSession(session.getRefreshToken(), done));
  },
  signOut: () => new Promise((resolve, reject) => user.signOut((error) => (error ? reject(error) : resolve()))),
  signOutGlobally: () => outcome((callbacks) => signedIn().then((it) => it.globalSignOut(callbacks))),
  // Without a callback it takes the tokens out of its storage and revokes nothing.
  forget: () => user.signOut(),
  resetPassword: (name) => outcome((callbacks) => named(name).forgotPassword(callbacks)),
  confirmResetPassword: (name, code, password) =>
    outcome((callbacks) => named(name).confirmPassword(code, password, callbacks)),
  async update(Name, Value) {
    const attributes = [new CognitoUserAttribute({ Name, Value })];
    const details = await new Promise((resolve, reject) =>
      signedIn().then((it) => it.updateAttributes(attributes, (error, _, result) => (error ? reject(error) : resolve(result)))));
    return details.CodeDeliveryDetailsList?.some((delivery) => delivery.AttributeName === Name) ? 'CODE' : 'DONE';
  },
  resendCode: (name) => outcome((callbacks) => signedIn().then((it) => it.getAttributeVerificationCode(name, callbacks))),
  verify: (name, code) => outcome((callbacks) => signedIn().then((it) => it.verifyAttribute(name, code, callbacks))),
  changePassword: (old, fresh) => call((done) => signedIn().then((it) => it.changePassword(old, fresh, done))),
  deleteUser: () => call((done) => signedIn().then((it) => it.deleteUser(done))),
});
