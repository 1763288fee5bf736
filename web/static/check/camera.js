// Scanning with the camera: frames are read in the page until one shows a code, and go nowhere.

import { RefusedBecause } from "./errors.js";
import { drawn } from "./pictures.js";

const EACH_MS = 250;

// Scans until a code is seen or `signal` says stop; answers with its text, or null.
export const scan = async (video, decoder, signal) => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const text = await readFrame(video, decoder);
      if (text !== null) return text;
      await new Promise((resolve) => setTimeout(resolve, EACH_MS));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
};

const readFrame = async (video, decoder) => {
  if (video.videoWidth === 0) return null;
  try {
    const [text] = await decoder.readImage(drawn(video, video.videoWidth, video.videoHeight));
    return text;
  } catch (fault) {
    if (fault instanceof RefusedBecause) return null;
    throw fault;
  }
};
