// The page's words, names of days and months, and the chat as it stood: all from the server.

export const told = JSON.parse(document.getElementById("told").textContent);
export const { lang } = told;

export function w(key, values = {}) {
  return (told.words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}
