// What htmx asks for behind the page: until the answer comes, the part that it will replace looks out of date; a lost
// question is asked once more, and if that is lost too, the visitor is told and may ask again. All such questions are
// safe to repeat: they calculate, look up, or keep what the form holds.
"use strict";

const ASK_AGAIN_AFTER_MS = 1000;
const askingAgain = new WeakMap(); // by the element that asks: the timer of its second try
let isSecondTry = false;
let notice = null;

function comesBack(element) {
  return (element.getAttribute("hx-trigger") || "").startsWith("every");
}

// A form that only sends itself is its own target and must stay readable.
function partOf({ target, requestConfig }) {
  return target === requestConfig.elt ? null : target;
}

function takeNoticeAway() {
  if (notice) notice.remove();
  notice = null;
}

function askAgain({ elt, verb, path, triggeringEvent }) {
  if (!elt.isConnected) return;
  isSecondTry = true;
  htmx.ajax(verb, path, { source: elt, event: triggeringEvent }).catch(() => {}); // the events below tell
  isSecondTry = false;
}

function tell(question) {
  takeNoticeAway();
  notice = document.getElementById("no-answer").content.firstElementChild.cloneNode(true);
  notice.querySelector("button").addEventListener("click", () => {
    takeNoticeAway();
    askAgain(question);
  });
  document.body.append(notice);
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const { requestConfig } = detail;
  clearTimeout(askingAgain.get(requestConfig.elt));
  requestConfig.isSecondTry = isSecondTry;
  const part = partOf(detail);
  if (part) part.classList.add("out-of-date");
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful) return;
  const part = partOf(detail);
  if (part) part.classList.remove("out-of-date");
  if (!comesBack(detail.requestConfig.elt)) takeNoticeAway();
});

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, ({ detail: { requestConfig, xhr } }) => {
    if (comesBack(requestConfig.elt)) return;
    const mayPass = xhr.status === 0 || xhr.status >= 500;
    if (!mayPass || requestConfig.isSecondTry) tell(requestConfig);
    else askingAgain.set(requestConfig.elt, setTimeout(askAgain, ASK_AGAIN_AFTER_MS, requestConfig));
  });
}
