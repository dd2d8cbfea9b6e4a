import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeConnection } from "../../test/doubles/peer-connection.ts";
import { PacedUploads } from "./paced-uploads.ts";

let waits: number[];
let messageBytes: number;
let paced: number[];
let rooms: number;
let uploads: PacedUploads;
let connection: FakeConnection;
let limits: Map<unknown, { secondsUntilRoom: () => number; sent: (bytes: number) => void }>;

beforeEach(() => {
  vi.useFakeTimers();
  waits = [];
  messageBytes = 1000;
  paced = [];
  rooms = 0;
  connection = new FakeConnection();
  limits = new Map();
  const pace = {
    secondsUntilRoom: () => waits.shift() ?? 0,
    messageBytes: () => messageBytes,
    sent: (bytes: number) => paced.push(bytes),
  };
  const onRoom = () => {
    rooms += 1;
  };
  uploads = new PacedUploads(pace, (to) => limits.get(to), onRoom);
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  expect(connection.listeners).toBe(0);
  vi.useRealTimers();
});

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);

/** Sends and tells how it ended. */
function send(bytes: number, to = connection, stopping = new AbortController()) {
  const upload = { sent: [] as number[], outcome: "under way", stop: () => stopping.abort() };
  uploads
    .send(new ArrayBuffer(bytes), to, stopping.signal, (size) => upload.sent.push(size))
    .then(
      () => {
        upload.outcome = "done";
      },
      (error: Error) => {
        upload.outcome = error.message;
      },
    );
  return upload;
}

test("a segment is sent in messages of the size that the pace says, and each is counted", async () => {
  const upload = send(2500);
  await pass(0);
  expect(connection.written).toEqual([1000, 1000, 500]);
  expect([upload.sent, paced]).toEqual([connection.written, connection.written]);
  expect(upload.outcome).toBe("done");
});

test("no message is larger than browsers take, or empty", async () => {
  messageBytes = 1e9;
  send(100_000);
  messageBytes = Number.NaN;
  await pass(0);
  expect(connection.written).toEqual([65_535, 34_465]);
});

test("a message waits until the pace has room", async () => {
  waits = [0, 0.05];
  send(2000);
  expect(connection.written).toEqual([1000]);
  await pass(0.049);
  expect(connection.written).toEqual([1000]);
  await pass(0.001);
  expect(connection.written).toEqual([1000, 1000]);
});

test("the pace is asked again at once when it may have changed, and at least every second", async () => {
  waits = [60, 60, 60];
  send(1000);
  await pass(1);
  expect(waits).toEqual([60]);
  waits = [];
  uploads.resume();
  expect(connection.written).toEqual([1000]);
  uploads.resume();
});

test("no more than two messages wait in a data channel", async () => {
  connection.bufferSize = 1001;
  send(1000);
  await pass(1);
  expect(connection.written).toEqual([]);
  connection.bufferSize = 1000;
  await pass(0.01);
  expect(connection.written).toEqual([1000]);
});

test("nothing more is written until the stream has drained", async () => {
  connection.isDrained = false;
  const upload = send(2000);
  await pass(1);
  expect(connection.written).toEqual([1000]);
  connection.emit("drain");
  await pass(0);
  expect(upload.outcome).toBe("done");
});

test("several uploads take their share in rotation, and one that can't send holds nobody up", async () => {
  const [ann, bob, eve] = [connection, new FakeConnection(), new FakeConnection()];
  eve.bufferSize = 1e6;
  waits = [0.1, 0.1, 0.1];
  send(2000, eve);
  send(3000, ann);
  send(2000, bob);
  expect(uploads.count).toBe(3);
  await pass(0.1);
  expect([ann.written, bob.written, eve.written]).toEqual([[1000, 1000, 1000], [1000, 1000], []]);
  eve.bufferSize = 0;
  await pass(0.1);
  expect(eve.written).toEqual([1000, 1000]);
});

test("one whose peer has a slower line waits by itself, and is told what it was sent", async () => {
  const [ann, bob] = [connection, new FakeConnection()];
  let bobsWait = 0.5;
  let sentToBob = 0;
  const sent = (bytes: number) => {
    sentToBob += bytes;
  };
  limits.set(bob, { secondsUntilRoom: () => bobsWait, sent });
  send(2000, bob);
  send(2000, ann);
  await pass(0.1);
  expect([ann.written, bob.written]).toEqual([[1000, 1000], []]);
  bobsWait = 0;
  await pass(0.5);
  expect(bob.written).toEqual([1000, 1000]);
  expect(sentToBob).toBe(2000);
});

test("uploads under way and what they have still to send are counted", async () => {
  waits = [0, 0.5];
  send(3000);
  expect([uploads.count, uploads.backlogBytes]).toEqual([1, 2000]);
  expect(uploads.isSendingTo(connection)).toBe(true);
  await pass(1);
  expect([uploads.count, uploads.backlogBytes, rooms]).toEqual([0, 0, 1]);
  expect(uploads.isSendingTo(connection)).toBe(false);
});

test("uploads that the pace doesn't hold up leave room after half a second, which is told", async () => {
  connection.bufferSize = 1_000_000;
  const upload = send(2000);
  await pass(0.45);
  expect([uploads.leavesRoom, rooms]).toEqual([false, 0]);
  await pass(0.1);
  expect([uploads.leavesRoom, rooms]).toEqual([true, 1]);
  uploads.expect(1000);
  expect(uploads.leavesRoom).toBe(false);
  waits = [0.005];
  await pass(0.1);
  expect([uploads.leavesRoom, rooms], "an upload that didn't begin makes room as well").toEqual([false, 2]);
  await pass(0.6);
  expect([uploads.leavesRoom, rooms]).toEqual([true, 3]);
  upload.stop();
});

test("an upload that is stopped ends at once, and makes room", async () => {
  waits = [0, 0.5];
  const upload = send(3000);
  upload.stop();
  expect([uploads.count, rooms]).toEqual([0, 1]);
  await pass(1);
  expect(connection.written).toEqual([1000]);
  expect(upload.outcome).toBe("The upload was stopped");
});

test("an upload that was stopped before it began sends nothing", async () => {
  const stopping = new AbortController();
  stopping.abort();
  const upload = send(1000, connection, stopping);
  const gone = new FakeConnection();
  gone.destroying = true;
  const late = send(1000, gone);
  await pass(0);
  expect([connection.written, gone.written]).toEqual([[], []]);
  expect([upload.outcome, late.outcome]).toEqual(["The upload was stopped", "The upload was stopped"]);
});

test("an upload ends with its connection, and others go on", async () => {
  const other = new FakeConnection();
  waits = [0.1, 0.1];
  const [lost, kept] = [send(1000), send(1000, other)];
  uploads.closed(connection);
  await pass(1);
  expect([lost.outcome, kept.outcome]).toEqual(["The connection closed", "done"]);
});

test("breaking off ends all uploads", async () => {
  waits = [0.1];
  const upload = send(1000);
  uploads.breakOff();
  await pass(0);
  expect(upload.outcome).toBe("The upload was broken off");
});

test("an upload that is about to begin counts, but only once", async () => {
  waits = [0.1];
  uploads.expect(1000);
  expect([uploads.count, uploads.backlogBytes]).toEqual([1, 1000]);
  send(1000);
  expect([uploads.count, uploads.backlogBytes]).toEqual([1, 1000]);
  await pass(0.1);
  expect(rooms).toBe(1);
});

test("an upload that was about to begin and doesn't makes room", async () => {
  uploads.expect(1000);
  await pass(0);
  expect([uploads.count, rooms]).toEqual([0, 1]);
});
