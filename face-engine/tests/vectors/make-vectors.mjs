// Makes vectors.json: raw outputs of the nets as the npm package itself computes them (TensorFlow.js, CPU backend).
// See README.md beside this file. usage: node make-vectors.mjs <unpacked package folder> > vectors.json
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = path.resolve(process.argv[2]);
// The self-contained bundle is made for browsers: let it not take this for Node, and give it what it then lacks.
Object.defineProperty(process, 'versions', { value: {} });
const faceapi = await import(pathToFileURL(path.join(folder, 'dist/face-api.esm.js')));
const tf = faceapi.tf;
tf.env().setPlatform('vectors', { now: () => performance.now(), isTypedArray: (a) => ArrayBuffer.isView(a), encode: (t) => new TextEncoder().encode(t), decode: (b) => new TextDecoder().decode(b) });
class None {}
faceapi.env.setEnv({ Canvas: None, CanvasRenderingContext2D: None, Image: None, ImageData: None, Video: None, createCanvasElement: () => new None(), createImageElement: () => new None(), createVideoElement: () => new None() });
await tf.setBackend('cpu');
await tf.ready();

// Two pictures drawn in whole numbers, the same as in ../vectors.rs: a smooth pattern and a drawn face.
const pattern = (x, y, c, side) => {
  const u = Math.floor((x * 256) / side), v = Math.floor((y * 256) / side);
  return [(u * 3 + v) % 256, (u + v * 2 + Math.floor((u * v) / 64)) % 256, (255 - u + Math.floor((v * v) / 128)) % 256][c];
};
const inside = (u, v, cu, cv, ru, rv) => (u - cu) ** 2 * rv * rv + (v - cv) ** 2 * ru * ru <= ru * ru * rv * rv;
const drawn = (x, y, c, side) => {
  const u = Math.floor((x * 256) / side), v = Math.floor((y * 256) / side);
  const shade = Math.floor((Math.abs(u - 128) * 40) / 128);
  if (inside(u, v, 96, 108, 7, 7) || inside(u, v, 160, 108, 7, 7)) return [40, 30, 25][c];
  if (inside(u, v, 96, 108, 17, 9) || inside(u, v, 160, 108, 17, 9)) return [235, 232, 228][c];
  if (inside(u, v, 96, 88, 22, 5) || inside(u, v, 160, 88, 22, 5)) return [70, 50, 40][c];
  if (inside(u, v, 128, 176, 26, 8)) return [170, 80, 80][c];
  if (inside(u, v, 128, 142, 11, 9)) return [195, 145, 120][c];
  if (inside(u, v, 128, 130, 70, 92)) return [222 - shade, 178 - shade, 150 - shade][c];
  if (inside(u, v, 128, 112, 82, 96)) return [60, 42, 30][c];
  return [150, 170, 190][c];
};

const picture = (draw, side) => {
  const data = new Float32Array(side * side * 3);
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) for (let c = 0; c < 3; c++) data[(y * side + x) * 3 + c] = draw(x, y, c, side);
  return tf.tensor4d(data, [1, side, side, 3]);
};
const input = async (draw, side) => faceapi.toNetInput(picture(draw, side));

const load = async (net, stem) => {
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'model', `${stem}-weights_manifest.json`)));
  const binary = fs.readFileSync(path.join(folder, 'model', `${stem}.bin`));
  const buffer = binary.buffer.slice(binary.byteOffset, binary.byteOffset + binary.length);
  net.loadFromWeightMap(tf.io.decodeWeights(buffer, manifest.flatMap((group) => group.weights)));
};

const nets = faceapi.nets;
await load(nets.ssdMobilenetv1, 'ssd_mobilenetv1_model');
await load(nets.tinyFaceDetector, 'tiny_face_detector_model');
await load(nets.faceLandmark68Net, 'face_landmark_68_model');
await load(nets.faceRecognitionNet, 'face_recognition_model');
await load(nets.faceExpressionNet, 'face_expression_model');

const PICK = 12;
const spread = (values, count = PICK) => Array.from({ length: count }, (_, i) => Math.floor((i * (values.length - 1)) / (count - 1)))
  .map((index) => [index, values[index]]);

const result = {};
for (const [name, draw] of [['pattern', pattern], ['drawn', drawn]]) {
  const embedding = await nets.faceRecognitionNet.forwardInput(await input(draw, 150)).data();
  const landmarks = await nets.faceLandmark68Net.runNet(await input(draw, 112)).data();
  const expression = tf.softmax(nets.faceExpressionNet.runNet(await input(draw, 112))).dataSync();
  const grid = nets.tinyFaceDetector.forwardInput(await input(draw, 224), 224).dataSync();
  const { boxes, scores } = nets.ssdMobilenetv1.forwardInput(await input(draw, 512));
  const [ssdBoxes, ssdScores] = [boxes[0].dataSync(), scores[0].dataSync()];
  // The strongest anchors, so that the numbers are those of faces, if there are any.
  const best = Array.from(ssdScores.keys()).sort((a, b) => ssdScores[b] - ssdScores[a]).slice(0, 4);
  result[name] = {
    embedding: spread(embedding), landmarks: spread(landmarks), expression: spread(expression, 7), tinyGrid: spread(grid),
    ssd: [...best, 0, 4000, 5117].map((index) => [index, ssdScores[index], ...ssdBoxes.slice(index * 4, index * 4 + 4)]),
  };
}
// One array per line, so that a difference can be read.
console.log(JSON.stringify(result).replaceAll('],"', '],\n"').replaceAll(':{"', ':{\n"').replaceAll('},"', '},\n"'));
