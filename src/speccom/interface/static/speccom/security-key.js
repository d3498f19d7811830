// A security key: the browser asks it, and its answer is posted like any form. What is asked comes from the server.
const { parseCreationOptionsFromJSON: toMake, parseRequestOptionsFromJSON: toUse } = window.PublicKeyCredential ?? {};

async function ask(form) {
  const { publicKey } = JSON.parse(form.dataset.options);
  const credential =
    form.dataset.key === "create"
      ? await navigator.credentials.create({ publicKey: toMake.call(PublicKeyCredential, publicKey) })
      : await navigator.credentials.get({ publicKey: toUse.call(PublicKeyCredential, publicKey) });
  form.elements.credential.value = JSON.stringify(credential);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-key]")) {
  const button = form.querySelector("button");
  const problem = form.querySelector("[role=alert]");
  const say = (text) => {
    problem.textContent = text;
    problem.hidden = false;
  };
  if (!toMake) {
    say("This browser cannot use security keys.");
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", () => {
    ask(form).catch(() => say("The key did not answer. Put it in, or hold it near, and try again."));
  });
}
