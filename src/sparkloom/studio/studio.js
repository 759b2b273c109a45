// What Gradio leaves out: keys, names, and a place that screen readers are told things in.
() => {
  const said = document.createElement("div");
  said.id = "said";
  said.setAttribute("role", "status");
  document.body.append(said);
  document.documentElement.lang = "en";

  const all = (selector) => document.querySelectorAll(selector);
  const set = (node, name, value) => {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  };

  const complete = () => {
    // The choices of a question are one group: arrow keys go through them, and it has a name.
    for (const group of all("fieldset")) {
      set(group, "role", "radiogroup");
      const title = group.querySelector('[data-testid="block-info"]');
      if (title) set(group, "aria-label", title.textContent.trim());
      for (const choice of group.querySelectorAll('input[type="radio"]')) set(choice, "name", group.id);
    }
    for (const fold of all("button.label-wrap")) {
      const open = fold.parentElement.querySelector('[data-testid="accordion-content"]');
      set(fold, "aria-expanded", String(open?.style.display !== "none"));
    }
    for (const room of all("#rooms > [role='tabpanel']")) {
      const tab = document.querySelector("#rooms [role='tab'][aria-selected='true']");
      if (tab && room.style.display !== "none") set(room, "aria-label", tab.textContent.trim());
      if (room.id === "") room.removeAttribute("id");
    }
    for (const tab of all("#rooms [role='tab'][aria-controls='']")) tab.removeAttribute("aria-controls");
    for (const around of all("button:has(button)")) {
      // A button in a button: the inner one is the one that works.
      set(around, "role", "group");
      set(around, "tabindex", "-1");
    }
    all("#pictures .delete-button").forEach((button, at) => {
      set(button, "aria-label", `Take picture ${at + 1} away`);
    });
    for (const place of all("button:has(> input[type='file']), button:has([data-testid='upload-text'])")) {
      const title = place.closest(".block")?.querySelector('label[data-testid="block-label"]');
      if (title) set(place, "aria-label", `${title.textContent.trim()}: drop files, or choose`);
    }
  };
  complete();
  let asked = false;
  new MutationObserver(() => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      complete();
    });
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["style", "aria-selected"] });

  const mac = navigator.platform.startsWith("Mac");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (mac ? event.metaKey : event.ctrlKey)) {
      const write = document.getElementById("write");
      if (write?.offsetParent) write.click();
    }
    const tab = event.target.closest?.("[role='tab']");
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (tab && step) {
      const tabs = [...tab.parentElement.querySelectorAll("[role='tab']")];
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      next.focus();
      next.click();
    }
  });
};
