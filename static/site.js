// Menus made of <details> close on Escape and on a click elsewhere; a failed form shows its summary; Enter looks up.
"use strict";

function openMenus() {
  return document.querySelectorAll("details.menu[open]");
}

document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  openMenus().forEach((menu) => {
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  });
});

const summary = document.getElementById("error-summary");
if (summary) summary.focus();

// Where words are looked up as they are typed, Enter must not send the form that they stand in.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-find]")) event.preventDefault();
});
