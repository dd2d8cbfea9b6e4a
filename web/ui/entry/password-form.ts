/** Asks for a private stream's password, on the stage where the player will be. Loaded only where it is asked for. */

import styles from "./password-form.css" with { type: "text" };

const markup = `
<h1>This stream is private</h1>
<label for="password">Password</label>
<div><input id="password" type="password" autocomplete="current-password" required maxlength="200">
<button>Watch</button></div>
<p id="complaint" role="alert"></p>`;

interface Entry<T> {
  /** Rejects when the password isn't taken. */
  enter(password: string): Promise<T>;
  complaintAbout(error: unknown): string;
}

/** Resolves to what `enter` does with the right password. The form stays until something takes its place. */
export function askForPassword<T>(stage: HTMLElement, { enter, complaintAbout }: Entry<T>): Promise<T> {
  const style = document.createElement("style");
  style.textContent = styles;
  const form = document.createElement("form");
  form.id = "entry";
  form.innerHTML = markup;
  const input = form.querySelector("input") as HTMLInputElement;
  const complaint = form.querySelector("#complaint") as HTMLElement;
  stage.replaceChildren(style, form);
  input.focus();
  return new Promise((resolve) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (form.ariaBusy === "true") return;
      form.ariaBusy = "true";
      complaint.textContent = "";
      input.ariaInvalid = "false";
      try {
        resolve(await enter(input.value));
      } catch (error) {
        complaint.textContent = complaintAbout(error);
        input.ariaInvalid = "true";
        input.select();
        form.ariaBusy = "false";
      }
    });
  });
}
