// AWS Amplify for JavaScript, v6.

import { Amplify } from 'aws-amplify';
import * as auth from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';

import { journey } from './journey.mjs';
import { ready } from './world.mjs';

/** The tokens' place, as an app in Node brings one along. */
class Storage {
  entries = new Map();
  async setItem(key, value) { this.entries.set(key, value); }
  async getItem(key) { return this.entries.get(key) ?? null; }
  async removeItem(key) { this.entries.delete(key); }
  async clear() { this.entries.clear(); }
  ending(suffix) { return [...this.entries].find(([key]) => key.endsWith(suffix))?.[1]; }
}

const storage = new Storage();
Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: ready.userPoolId,
      userPoolClientId: ready.clientId,
      userPoolEndpoint: ready.cognito,
    },
  },
});
cognitoUserPoolsTokenProvider.setKeyValueStorage(storage);

/** What is asked for next; null when signed in. */
function next({ isSignedIn, nextStep }) {
  if (isSignedIn) return null;
  if (nextStep.signInStep !== 'CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE') throw new Error(nextStep.signInStep);
  return nextStep.additionalInfo;
}

await journey({
  async signUp({ username, password, email }) {
    const done = await auth.signUp({ username, password, options: { userAttributes: { email } } });
    return { sub: done.userId, confirmed: done.isSignUpComplete };
  },
  confirmSignUp: ({ username }, confirmationCode) => auth.confirmSignUp({ username, confirmationCode }),
  resendSignUpCode: ({ username }) => auth.resendSignUpCode({ username }),
  async signInWithPassword(username, password, clientMetadata) {
    return next(await auth.signIn({ username, password, options: { authFlowType: 'CUSTOM_WITH_SRP', clientMetadata } }));
  },
  async signIn(username) {
    return next(await auth.signIn({ username, options: { authFlowType: 'CUSTOM_WITHOUT_SRP' } }));
  },
  async answer(challengeResponse, clientMetadata) {
    return next(await auth.confirmSignIn({ challengeResponse, options: { clientMetadata } }));
  },
  async currentUser() {
    const { username, userId } = await auth.getCurrentUser();
    return { username, sub: userId };
  },
  attributes: () => auth.fetchUserAttributes(),
  async tokens() {
    const { tokens } = await auth.fetchAuthSession();
    if (!tokens) return null;
    return {
      access: tokens.accessToken.toString(),
      id: tokens.idToken.toString(),
      refresh: storage.ending('.refreshToken'),
    };
  },
  refresh: () => auth.fetchAuthSession({ forceRefresh: true }),
  signOut: () => auth.signOut(),
  signOutGlobally: () => auth.signOut({ global: true }),
  forget: () => storage.clear(),
  resetPassword: (username) => auth.resetPassword({ username }),
  confirmResetPassword: (username, confirmationCode, newPassword) =>
    auth.confirmResetPassword({ username, confirmationCode, newPassword }),
  async update(attributeKey, value) {
    const { nextStep } = await auth.updateUserAttribute({ userAttribute: { attributeKey, value } });
    return nextStep.updateAttributeStep === 'CONFIRM_ATTRIBUTE_WITH_CODE' ? 'CODE' : nextStep.updateAttributeStep;
  },
  resendCode: (userAttributeKey) => auth.sendUserAttributeVerificationCode({ userAttributeKey }),
  verify: (userAttributeKey, confirmationCode) => auth.confirmUserAttribute({ userAttributeKey, confirmationCode }),
  changePassword: (oldPassword, newPassword) => auth.updatePassword({ oldPassword, newPassword }),
  deleteUser: () => auth.deleteUser(),
});
