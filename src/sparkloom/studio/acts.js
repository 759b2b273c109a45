// Buttons in HTML of the page. What the browser can do alone carries data-do; what the service
// must do, data-act. Gradio gives `element`, `trigger` and `watch`.

const job = (node) => node.closest("[data-job]")?.dataset.job ?? "";
const card = (node) => Number(node.closest("[data-card]")?.dataset.card ?? -1);
const say = (text) => {
  document.getElementById("said").textContent = "";
  setTimeout(() => (document.getElementById("said").textContent = text), 50);
};
let returnTo = "";

const place = (node) => {
  const parts = [job(node) && `[data-job="${job(node)}"]`];
  if (card(node) >= 0) parts.push(`[data-card="${card(node)}"]`);
  const name = node.dataset.do ? "do" : "act";
  parts.push(`[data-${name}="${node.dataset[name]}"]`);
  if (node.dataset.model) parts.push(`[data-model="${node.dataset.model}"]`);
  return parts.filter(Boolean).join(" ");
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
};

const doers = {
  async copy(button) {
    await copy(button.closest(".card").querySelector(".prompt").textContent);
    const label = button.textContent;
    button.textContent = "Copied";
    say("Copied");
    setTimeout(() => (button.textContent = label), 1500);
  },

  edit(button) {
    const box = button.closest(".card");
    const prompt = box.querySelector(".prompt");
    if (box.querySelector(".editor")) return;
    const editor = document.createElement("form");
    editor.className = "editor";
    editor.innerHTML =
      '<textarea rows="5"></textarea><div class="acts"><button type="submit" class="strong">' +
      'Keep the change</button><button type="button">Leave it</button></div>';
    const area = editor.querySelector("textarea");
    area.value = prompt.textContent;
    area.setAttribute("aria-label", button.getAttribute("aria-label"));
    const leave = () => {
      editor.remove();
      prompt.hidden = false;
      button.focus();
    };
    editor.querySelector('[type="button"]').addEventListener("click", leave);
    editor.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave();
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.stopPropagation();
        editor.requestSubmit();
      }
    });
    editor.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = area.value.trim();
      if (!text || text === prompt.textContent) return leave();
      returnTo = place(button);
      trigger("act", { act: "edit", job: job(button), card: card(button), text });
    });
    prompt.hidden = true;
    prompt.after(editor);
    area.focus();
  },

  parts(button) {
    const parts = button.closest(".card").querySelector(".parts");
    parts.hidden = !parts.hidden;
    button.setAttribute("aria-expanded", String(!parts.hidden));
  },

  keep(button) {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
  },

  section(button) {
    const box = button.closest(".card");
    const on = button.getAttribute("aria-pressed") !== "true";
    box.querySelectorAll(".chip").forEach((chip) => chip.setAttribute("aria-pressed", "false"));
    button.setAttribute("aria-pressed", String(on));
    const prompt = box.querySelector(".prompt");
    CSS.highlights?.delete("section");
    if (!on) return;
    // Found in the text whatever stands between its marks; the section may begin in capitals.
    const wanted = button.dataset.text.replace(/[ .,;]+$/, "").toLowerCase();
    const start = prompt.textContent.toLowerCase().indexOf(wanted);
    if (start < 0 || !CSS.highlights) return;
    const range = document.createRange();
    const walker = document.createTreeWalker(prompt, NodeFilter.SHOW_TEXT);
    let passed = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const end = passed + node.length;
      if (start >= passed && start < end) range.setStart(node, start - passed);
      if (start + wanted.length > passed && start + wanted.length <= end)
        range.setEnd(node, start + wanted.length - passed);
      passed = end;
    }
    CSS.highlights.set("section", new Highlight(range));
    say(`${button.textContent}: ${button.dataset.text}`);
  },
};

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do], [data-act]");
  if (!button) return;
  if (button.dataset.do) return doers[button.dataset.do](button);
  returnTo = place(button);
  const kept = [...(button.closest(".parts")?.querySelectorAll('[aria-pressed="true"]') ?? [])];
  trigger("act", {
    act: button.dataset.act,
    job: job(button),
    card: card(button),
    way: button.dataset.way ?? "",
    model: button.dataset.model ?? button.closest("[data-model]")?.dataset.model ?? "",
    keep: kept.map((part) => Number(part.dataset.part)),
  });
});

// After the HTML was written anew the focus is where it was, or at a new answer. On a small screen
// a model stands below the list that it was picked from.
let first = null;
watch("value", () => {
  const model = element.querySelector(".model");
  if (model && first !== null && innerWidth < 896) model.scrollIntoView();
  const newest = element.querySelector(".answer")?.dataset.job ?? "";
  if (first !== null && newest && newest !== first) {
    const heading = element.querySelector(".answer h2");
    heading.focus({ preventScroll: true });
    heading.scrollIntoView({ block: "nearest" });
    say(`${heading.textContent}: ${element.querySelectorAll(".answer:first-child .card").length} prompts`);
  } else if (returnTo && element.querySelector(returnTo)) {
    element.querySelector(returnTo).focus({ preventScroll: true });
  }
  if (newest || first === null) first = newest;
});
