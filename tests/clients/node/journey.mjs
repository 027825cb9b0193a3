// The journey of one person, the same with every client. `client` is an adapter: amplify.mjs says what each call is there.

import assert from 'node:assert/strict';

import * as world from './world.mjs';
import { consent, expectRound, refused, show, step } from './world.mjs';

export async function journey(client) {
  const person = world.invent();
  await join(client, person);
  await enrol(client, person);
  await useSession(client, person);
  await signIn(client, person);
  await resetPassword(client, person);
  await changeAttributes(client, person);
  await changePassword(client, person);
  await leave(client, person);
}

async function join(client, person) {
  await step('sign-up', async () => {
    const { sub, confirmed } = await client.signUp(person);
    assert.equal(confirmed, false);
    person.sub = sub;
    await refused(client.signUp(person), 'UsernameExistsException', 'User already exists');
  });
  await step('confirm', async () => {
    const right = await world.code(person.email, 'SignUp');
    const refusal = await refused(client.confirmSignUp(person, world.wrong(right)), 'CodeMismatchException');
    await client.resendSignUpCode(person);
    await client.confirmSignUp(person, await world.code(person.email, 'ResendCode'));
    return refusal;
  });
}

async function enrol(client, person) {
  let round;
  await step('wrong-password', () =>
    refused(
      client.signInWithPassword(person.username, world.inventPassword(), {}),
      'NotAuthorizedException',
      'Incorrect username or password.',
    ));
  await step('consent', async () => {
    round = await client.signInWithPassword(person.username, person.password, {});
    expectRound(round, 'ENROL_DOCUMENT', 'CONSENT');
    assert.equal(round.consentVersion, consent.consent);
    round = await client.answer(round.challengeId, consent);
    expectRound(round, 'ENROL_DOCUMENT', 'UPLOAD');
  });
  await step('consent-at-once', async () => {
    round = await client.signInWithPassword(person.username, person.password, consent);
    expectRound(round, 'ENROL_DOCUMENT', 'UPLOAD');
  });
  await step('enrol-document', async () => {
    round = await show(client.answer, round, 'document');
    expectRound(round, 'SELFIE', 'UPLOAD');
  });
  await step('enrol-selfie', async () => {
    assert.equal(await show(client.answer, round, 'selfie'), null, 'signed in');
    assert.equal(world.claims((await client.tokens()).id).sub, person.sub);
  });
}

async function useSession(client, person) {
  await step('current-user', async () => {
    assert.deepEqual(await client.currentUser(), { username: person.username, sub: person.sub });
  });
  await step('attributes', async () => {
    const attributes = await client.attributes();
    assert.equal(attributes.email, person.email);
    assert.equal(attributes.email_verified, 'true');
    assert.equal(attributes.sub, person.sub);
  });
  await step('refresh', async () => {
    const before = await client.tokens();
    await client.refresh();
    const after = await client.tokens();
    const [old, fresh] = [before, after].map((tokens) => world.claims(tokens.access));
    assert.notEqual(fresh.jti, old.jti, 'a new token');
    assert.equal(fresh.auth_time, old.auth_time, 'of the same sign-in');
    assert.equal(world.claims(after.id).email, person.email);
  });
  await step('sign-out', async () => {
    const tokens = await client.tokens();
    await client.signOut();
    assert.equal(await client.tokens(), null, 'the client forgets');
    return world.ended(tokens);
  });
}

async function signIn(client, person) {
  let round;
  await step('sign-in-retries', async () => {
    round = await client.signIn(person.email);
    expectRound(round, 'SELFIE', 'UPLOAD');
    round = await show(client.answer, round, 'stranger');
    expectRound(round, 'SELFIE', 'UPLOAD', 'NOT_RECOGNISED');
    assert.equal(round.attemptsLeft, '2');
  });
  await step('sign-in', async () => {
    assert.equal(await show(client.answer, round, 'selfie'), null, 'signed in');
    assert.equal((await client.currentUser()).sub, person.sub);
  });
  await step('sign-out-global', async () => {
    const elsewhere = await client.tokens();
    await client.forget();
    // One wrong photo a session: an outage at the third try ends it, and a busy machine may have one.
    round = await show(client.answer, await client.signIn(person.email), 'nobody');
    expectRound(round, 'SELFIE', 'UPLOAD', 'NO_FACE');
    assert.equal(await show(client.answer, round, 'selfie'), null, 'signed in');
    const here = await client.tokens();
    await client.signOutGlobally();
    assert.equal(await client.tokens(), null, 'the client forgets');
    await world.ended(elsewhere);
    return world.ended(here);
  });
}

async function signInAs(client, name) {
  const round = await client.signIn(name);
  expectRound(round, 'SELFIE', 'UPLOAD');
  assert.equal(await show(client.answer, round, 'selfie'), null, 'signed in');
}

async function resetPassword(client, person) {
  const old = person.password;
  await step('reset-password', async () => {
    await client.resetPassword(person.email);
    const right = await world.code(person.email, 'ForgotPassword');
    person.password = world.inventPassword();
    const wrong = client.confirmResetPassword(person.email, world.wrong(right), person.password);
    await refused(wrong, 'CodeMismatchException');
    await client.confirmResetPassword(person.email, right, person.password);
    await refused(client.signInWithPassword(person.username, old, consent), 'NotAuthorizedException');
  });
  await step('reset-keeps-face', async () => {
    const round = await client.signInWithPassword(person.username, person.password, consent);
    expectRound(round, 'SELFIE', 'UPLOAD');
    assert.equal(await show(client.answer, round, 'selfie'), null, 'signed in');
  });
}

async function changeAttributes(client, person) {
  await step('update-name', async () => {
    assert.equal(await client.update('name', 'Visitor'), 'DONE');
    assert.equal((await client.attributes()).name, 'Visitor');
  });
  const email = world.inventEmail();
  await step('update-email', async () => {
    assert.equal(await client.update('email', email), 'CODE', 'a code goes to the new address');
    assert.equal((await client.attributes()).email, person.email, 'which does not count yet');
    const right = await world.code(email, 'UpdateUserAttribute');
    return refused(client.verify('email', world.wrong(right)), 'CodeMismatchException');
  });
  await step('verify-email', async () => {
    await client.resendCode('email');
    await client.verify('email', await world.code(email, 'VerifyUserAttribute'));
    const attributes = await client.attributes();
    assert.equal(attributes.email, email);
    assert.equal(attributes.email_verified, 'true');
    person.email = email;
  });
  await step('sign-in-new-email', async () => {
    await client.signOut();
    await signInAs(client, person.email);
    assert.equal((await client.currentUser()).sub, person.sub);
  });
}

async function changePassword(client, person) {
  await step('change-password', async () => {
    const [old, fresh] = [person.password, world.inventPassword()];
    await refused(client.changePassword(fresh, fresh), 'NotAuthorizedException');
    await client.changePassword(old, fresh);
    person.password = fresh;
    await client.signOut();
    expectRound(await client.signInWithPassword(person.username, fresh, consent), 'SELFIE', 'UPLOAD');
    return refused(client.signInWithPassword(person.username, old, consent), 'NotAuthorizedException');
  });
}

async function leave(client, person) {
  await step('unknown-user', async () => {
    expectRound(await client.signIn(world.inventEmail()), 'SELFIE', 'UPLOAD');
  });
  await step('delete-user', async () => {
    await signInAs(client, person.email);
    const tokens = await client.tokens();
    await client.deleteUser();
    await world.ended(tokens, 'UserNotFoundException');
    expectRound(await client.signIn(person.email), 'SELFIE', 'UPLOAD');
    return refused(client.signInWithPassword(person.username, person.password, consent), 'NotAuthorizedException');
  });
}
