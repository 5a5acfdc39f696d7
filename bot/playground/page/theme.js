// Paper by day, slate by night: as the system has it until someone chooses.
import { byId } from "./dom.js";

const button = byId("theme");
const system = matchMedia("(prefers-color-scheme: dark)");

function dark() {
  return (localStorage.getItem("theme") ?? (system.matches ? "dark" : "light")) === "dark";
}

function apply() {
  document.documentElement.dataset.theme = dark() ? "dark" : "light";
  button.textContent = dark() ? "☀" : "☾";
  button.setAttribute("aria-label", dark() ? "Light colours" : "Dark colours");
}

button.addEventListener("click", () => {
  localStorage.setItem("theme", dark() ? "light" : "dark");
  apply();
});
system.addEventListener("change", apply);
apply();
