// What a page shows leaves the screen when the session ends, whether or not the server can be reached then. Somebody
// is asked two minutes before, and whoever types, here or in another tab, goes on. Without JavaScript a page stays.
const WARNED_BEFORE = 120_000;
const OFTEN_ENOUGH = 60_000;
const [idle, long] = [...document.querySelectorAll("dialog[data-ending]")].map((dialog) => ({
  dialog,
  lasts: Number(dialog.dataset.ending) * 1000,
  isTold: false,
}));
const tabs = new BroadcastChannel("speccom-session");
const opened = Date.now();
let used = opened;

function note() {
  used = Date.now();
  idle.dialog.close();
  idle.isTold = false;
}

function leave(ending) {
  clearInterval(looking);
  document.title = "speccom";
  document.body.replaceChildren();
  location.replace(ending.dialog.dataset.after);
}

function look() {
  for (const [ending, since] of [[idle, used], [long, opened]]) {
    const left = since + ending.lasts - Date.now();
    if (left <= 0) {
      leave(ending);
      return;
    }
    if (left <= WARNED_BEFORE && !ending.isTold) {
      ending.isTold = true;
      ending.dialog.showModal();
    }
  }
}

// Asking for anything is what keeps a session; a session that was over already leads to signing in.
async function stay() {
  note();
  tabs.postMessage("used");
  const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer?.redirected && new URL(answer.url).pathname.startsWith("/sign-in")) {
    leave(idle);
  }
}

tabs.addEventListener("message", note);
tabs.postMessage("used");
idle.dialog.addEventListener("close", () => idle.isTold && stay());
document.addEventListener("input", () => Date.now() - used > OFTEN_ENOUGH && stay());
for (const event of ["visibilitychange", "pageshow"]) {
  addEventListener(event, look, true);
}
const looking = setInterval(look, 1000);
