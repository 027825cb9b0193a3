// Shows the camera's pictures to the worker of `guide/`, one after the other, and keeps the best one. Loaded after the e-mail step.
// Nothing of what is seen leaves the browser.

// What the detector looks at: the middle of the picture, as the preview shows it, and as small as a near face allows.
const [WIDTH, HEIGHT] = [120, 160];
// Pixels of the middle of a frame that may be kept, not made smaller: they show how sharp it is.
const DETAIL = 160;
// What the worker says: the number of a hint, and what is added to it (guide/src/coach.rs), or that it can look (guide/src/worker.rs).
const [GREEN, BEST, ENOUGH, LOADED] = [9, 16, 32, 255];

// The worker's script; for <face-login> `cargo xtask package-web` puts another address here.
const WORKER = new URL('guide-worker.js', import.meta.url).href;
// The only address that may become a program (Trusted Types).
const policy = globalThis.trustedTypes?.createPolicy('face-login', { createScriptURL: () => WORKER });

const surface = (width, height) => {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  return canvas.getContext('2d', { willReadFrequently: true });
};

// `said(hint, photo)` is called when the hint changes, and with the best picture when it has been right for long enough. Gives a function that ends it.
export const watch = (video, said) => {
  const worker = new Worker(policy?.createScriptURL('') ?? WORKER, { type: 'module' });
  // Where a policy forbids workers, or one doesn't run, the button is left.
  worker.onerror = event => event.preventDefault();
  const [small, sharp] = [surface(WIDTH, HEIGHT), surface(DETAIL, DETAIL)];
  let [hint, frames, frame, best, ended] = [-1, 0];

  // Browsers that don't tell of new pictures are asked for some thirty a second.
  const soon = next => video.requestVideoFrameCallback?.(next) ?? setTimeout(next, 33);

  const look = async () => {
    if (ended) return;
    // The middle of the picture, three wide and four high.
    const width = Math.min(video.videoWidth, video.videoHeight * 0.75);
    const height = width / 0.75;
    if (!width || video.paused) return void setTimeout(soon, 250, look);
    const area = [(video.videoWidth - width) / 2, (video.videoHeight - height) / 2, width, height];
    if (hint === GREEN) frame = await createImageBitmap(video, ...area).catch(() => null);
    if (ended) return void frame?.close();
    if (frame) small.drawImage(frame, 0, 0, WIDTH, HEIGHT);
    else small.drawImage(video, ...area, 0, 0, WIDTH, HEIGHT);
    const pixels = small.getImageData(0, 0, WIDTH, HEIGHT).data.buffer;
    let detail = new ArrayBuffer(0);
    if (frame) {
      sharp.drawImage(frame, (DETAIL - frame.width) / 2, (DETAIL - frame.height) / 2);
      detail = sharp.getImageData(0, 0, DETAIL, DETAIL).data.buffer;
    }
    worker.postMessage({ pixels, width: WIDTH, detail, detailWidth: DETAIL }, [pixels, detail]);
  };

  // What was said of another camera, or before a pause, is said again.
  video.addEventListener('playing', () => { hint = -1; });

  worker.onmessage = ({ data }) => {
    if (ended) return;
    if (data !== LOADED) {
      // Read by tests and measurements.
      video.dataset.frames = ++frames;
      if (data & BEST) [best, frame] = [frame, best];
      frame?.close();
      frame = null;
      const before = hint;
      hint = data % BEST;
      if (data & ENOUGH || hint !== before) said(hint, data & ENOUGH ? best : null);
      if (data & ENOUGH) best = null;
    }
    soon(look);
  };

  return () => {
    ended = true;
    worker.terminate();
    frame?.close();
    best?.close();
  };
};
