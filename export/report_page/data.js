
// The data that the program put into the page, and how its tables are looked up. Texts of the trace are only ever shown
// through textContent.
const data = JSON.parse(document.getElementById("report-data").textContent);

const text = (number) => data.texts[number];

// A function without its package's path: "example.com/a/b.(*T).f" is "b.(*T).f".
function shortName(name) {
  const brackets = name.indexOf("[");
  const path = brackets < 0 ? name : name.slice(0, brackets);
  return name.slice(path.lastIndexOf("/") + 1);
}

// The frames of a stack, innermost first.
function framesOf(stack) {
  return data.stacks[stack].map((number) => {
    const [name, file, line] = data.frames[number];
    return { name: text(name), file: text(file), line };
  });
}

// Nanoseconds from the trace's start to its end, as far as the page knows it.
const traceEnd = data.timeline.end;

const byId = (id) => document.getElementById(id);

// An element with its properties and children; strings become text.
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "data") Object.assign(element.dataset, value);
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}
