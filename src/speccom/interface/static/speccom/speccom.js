import { initAll } from "/assets/nhsuk/nhsuk-frontend.min.js";

initAll();

// A part that shows progress is fetched anew, without moving anybody's place on the page; when it is gone, the
// page is loaded again to show what came of it. Without JavaScript there is the link "Look again".
const followed = () => document.querySelector("[data-follow]");

async function follow() {
  const following = { "X-Speccom-Follow": "yes" }; // that nobody need be there for, so it keeps no session
  const answer = await fetch(location.href, { cache: "no-store", headers: following }).catch(() => null);
  if (answer?.ok) {
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-follow]");
    if (!fresh) {
      location.reload();
      return;
    }
    if (fresh.innerHTML !== followed().innerHTML) {
      followed().innerHTML = fresh.innerHTML;
    }
  }
  setTimeout(follow, 2000);
}

if (followed()) {
  setTimeout(follow, 2000);
}

// What is typed is looked at after a pause, and what was found is shown beside it. Without JavaScript there is the
// button "Check".
const looked = document.querySelector("form[data-check]");
let looks = 0;

async function look() {
  const mine = (looks += 1);
  const answer = await fetch(looked.action, {
    method: "POST",
    body: new FormData(looked),
    headers: { "X-Speccom-Check": "yes" },
  }).catch(() => null);
  if (!answer?.ok) {
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-checked]")) {
    const found = fresh.getElementById(part.id);
    if (mine === looks && found && found.innerHTML !== part.innerHTML) {
      part.innerHTML = found.innerHTML;
    }
  }
}

if (looked) {
  let pause = 0;
  looked.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(look, 500);
  });
}

// What is typed into a draft is kept at every change. Without JavaScript it is kept with each button.
const draft = document.querySelector("form[data-keep]");

async function keep() {
  const say = (words) => (draft.querySelector("[data-kept]").textContent = words);
  const answer = await fetch(draft.action, {
    method: "POST",
    body: new FormData(draft),
    headers: { "X-Speccom-Autosave": "yes" },
  }).catch(() => null);
  if (answer?.ok) {
    draft.elements.version.value = (await answer.json()).version;
    say("Your draft is saved.");
  } else if (answer?.status === 409) {
    say("Somebody else has changed this section. Save to compare their words with yours.");
  } else {
    say("Your draft could not be saved just now. It stays on this page; try again with a button.");
  }
}

if (draft) {
  let waiting = Promise.resolve();
  let busy = 0;
  draft.addEventListener("change", () => {
    busy += 1;
    waiting = waiting.then(keep).finally(() => (busy -= 1));
  });
  // A button waits for what is on its way, or it would find the draft changed by ourselves.
  draft.addEventListener("submit", async (event) => {
    if (busy) {
      event.preventDefault();
      await waiting;
      draft.requestSubmit(event.submitter);
    }
  });
}
