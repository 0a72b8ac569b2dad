
// Light and dark: the system's wish, or what the switch says.
const themes = ["auto", "light", "dark"];
const themeListeners = [];

function setTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const button = byId("theme");
  button.value = theme;
  button.textContent = { auto: "◐ Auto", light: "☀\ufe0e Light", dark: "☾ Dark" }[theme];
  button.setAttribute("aria-label", `Colours: ${theme}`);
  for (const listener of themeListeners) listener();
}

function startTheme() {
  byId("theme").addEventListener("click", () => {
    setTheme(themes[(themes.indexOf(byId("theme").value) + 1) % themes.length]);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTheme(byId("theme").value));
  setTheme("auto");
}

// What a colour of style.css is at the moment, as a canvas takes it.
function colours(names) {
  const probe = make("span", { hidden: true });
  document.body.append(probe);
  const found = {};
  for (const name of names) {
    probe.style.color = `var(--${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}
