/** A step of the sign-in, as `data-step` of the full page names it. The list is open. */
export type Step =
  | 'loading' | 'unusable' | 'sign-in' | 'sign-up' | 'code' | 'recover' | 'recover-code' | 'consent' | 'document' | 'selfie' | 'checking'
  | 'locked' | 'session-over' | 'signed-in' | 'replace' | 'update' | 'forget' | 'held' | 'forgotten'
  | (string & {});

/** Access and ID token of whoever is signed in. The refresh token stays in local storage, where AWS Amplify v6 looks for it too. */
export interface Session {
  username: string;
  accessToken: string;
  idToken: string;
}

export interface FaceLoginEvents {
  /** Somebody is signed in: just now, or from before. The detail is null where the browser keeps nothing. */
  'signed-in': CustomEvent<Session | null>;
  /** It can't go on by itself, or not now: `unusable`, `locked`, `session-over`. */
  failed: CustomEvent<{ step: Step; error?: unknown }>;
  /** Another step is shown. */
  step: CustomEvent<{ step: Step }>;
}

/** The attributes, for frameworks that check those of elements. */
export interface FaceLoginAttributes {
  /** Id of the user pool. */
  pool: string;
  /** Id of the app client. */
  client: string;
  /** Where the pool is; it begins the pool's id, and is read there if it isn't given. */
  region?: string;
  /** Another address of Cognito, for the local stack. */
  endpoint?: string;
  /** Tag of a language that there is a file of words for; otherwise the browser's. */
  language?: string;
  /** Otherwise the system's. */
  theme?: 'light' | 'dark';
}

/** `<face-login>`: its attributes are {@link FaceLoginAttributes}. */
export class FaceLogin extends HTMLElement {
  /** The step that is shown; empty before the first. */
  readonly step: Step | '';
  /** Whoever is signed in. Access and ID token are renewed a minute before they end. */
  readonly session: Session | null;
  /** Signs out, here and at Cognito. */
  signOut(): void;
  addEventListener<K extends keyof FaceLoginEvents>(type: K, listener: (event: FaceLoginEvents[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener<K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof FaceLoginEvents>(type: K, listener: (event: FaceLoginEvents[K]) => void, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'face-login': FaceLogin;
  }
}
