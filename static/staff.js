// The keyboard on the staff's pages: g and a letter open a place of the menu, j and k move in a list,
// Ctrl-K goes to the search, from where the arrows move in what it found and Escape closes it, ? shows all of it. Typing into a field is never taken for a shortcut.
"use strict";

const shortcuts = document.getElementById("shortcuts");
const search = document.getElementById("desk-search");
let goPressedAt = 0;

function isTyping(event) {
  return event.isComposing || event.target.closest("input, textarea, select, [contenteditable]");
}

function openShortcuts() {
  if (shortcuts && !shortcuts.open) shortcuts.showModal();
}

function moveInList(step) {
  const links = [...document.querySelectorAll("[data-row]")]
    .map((row) => row.querySelector("a, button"))
    .filter(Boolean);
  if (!links.length) return;
  const row = document.activeElement.closest("[data-row]");
  const present = links.findIndex((link) => row && row.contains(link));
  const next = present < 0 ? (step > 0 ? 0 : links.length - 1) : present + step;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
}

function goTo(key) {
  const link = document.querySelector(`.desk-nav a[data-key="${CSS.escape(key)}"]`);
  if (link) link.click();
}

// Down from the field into what was found and up again; Escape goes back and closes it.
function moveInFound(event) {
  const found = document.getElementById("desk-found");
  const inside = found && (event.target === search || found.contains(event.target));
  if (!inside || event.isComposing || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return false;
  if (!found.childElementCount) return false;
  event.preventDefault();
  if (event.key === "Escape") {
    found.replaceChildren();
    search.focus();
    return true;
  }
  const stops = [search, ...found.querySelectorAll("a")];
  const next = stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
  stops[Math.min(Math.max(next, 0), stops.length - 1)].focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (moveInFound(event)) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && search) {
    event.preventDefault();
    search.select();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  const goes = Date.now() - goPressedAt < 1500;
  goPressedAt = 0;
  if (goes) goTo(event.key);
  else if (event.key === "g") goPressedAt = Date.now();
  else if (event.key === "j") moveInList(1);
  else if (event.key === "k") moveInList(-1);
  else if (event.key === "?") openShortcuts();
});

const opener = document.getElementById("shortcuts-open");
if (opener) {
  opener.hidden = false;
  opener.addEventListener("click", openShortcuts);
  document.getElementById("shortcuts-close").addEventListener("click", () => shortcuts.close());
}
