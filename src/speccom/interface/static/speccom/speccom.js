import { initAll } from "/assets/nhsuk/nhsuk-frontend.min.js";

initAll();

// A part that shows progress is fetched anew, without moving anybody's place on the page; when it is gone, the
// page is loaded again to show what came of it. Without JavaScript there is the link "Look again".
const followed = () => document.querySelector("[data-follow]");

async function follow() {
  const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
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
