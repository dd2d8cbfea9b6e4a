import { expect, test, vi } from "vitest";
import type { SharingChoice } from "../policy/sharing-choice.ts";
import { rememberChoice, sharingNotice } from "./sharing-notice.ts";

const { hostNotice, take } = vi.hoisted(() => {
  const take = vi.fn();
  return { take, hostNotice: vi.fn(() => take) };
});
vi.mock("../ui/notice/notice-host.ts", () => ({ hostNotice }));

const container = {} as HTMLElement;

test("the notice follows the choice of the session that it is given, and is taken away", async () => {
  const [session, choice] = [{}, {} as SharingChoice];
  rememberChoice(session, choice);
  const remove = sharingNotice(container, session);
  await vi.waitFor(() => expect(hostNotice).toHaveBeenCalledExactlyOnceWith(container, choice));
  expect(take).not.toHaveBeenCalled();
  remove();
  expect(take).toHaveBeenCalledOnce();
});

test("a notice that is taken away before it is loaded never shows", async () => {
  hostNotice.mockClear();
  const session = {};
  rememberChoice(session, {} as SharingChoice);
  sharingNotice(container, session)();
  await vi.dynamicImportSettled();
  expect(hostNotice).not.toHaveBeenCalled();
});

test("a notice that can't be loaded is reported", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementationOnce(() => {});
  const session = {};
  rememberChoice(session, {} as SharingChoice);
  hostNotice.mockImplementationOnce(() => {
    throw new Error("no such file");
  });
  sharingNotice(container, session);
  await vi.waitFor(() => expect(warn).toHaveBeenCalledOnce());
});

test("what isn't a session is refused", () => {
  expect(() => sharingNotice(container, {})).toThrow("sharingNotice takes a session");
});
