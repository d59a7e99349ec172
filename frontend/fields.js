// What somebody types, ticks and chooses in a form, by the names that are sent: a text, or for boxes
// to tick the values of those that are ticked.
const TYPED_IN = "textarea, select, input:not([type='hidden'], [type='file'], [type='password'])";
const TICKED = ["checkbox", "radio"];

// Change a field where the new value differs, so that whoever is typing stays where they are.
function take(field, value) {
  const before = field.value;
  if (before === value) return;
  let start = 0;
  while (start < Math.min(before.length, value.length) && before[start] === value[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, value.length) - start;
  while (end < most && before.at(-1 - end) === value.at(-1 - end)) end += 1;
  field.setRangeText(value.slice(start, value.length - end), start, before.length - end, "preserve");
}

// The question that a field answers: one of several boxes has its own words, and a legend above.
function questionOf(field) {
  const asked = field.closest("fieldset")?.querySelector("legend") ?? field.labels?.[0];
  return asked?.textContent.trim() ?? "";
}

// What a field says of itself in `values`, as one reads it; nothing where it is not ticked.
function saidBy(field, values) {
  const value = values[field.name] ?? "";
  if (TICKED.includes(field.type)) {
    return [value].flat().includes(field.value) ? field.labels[0].textContent.trim() : "";
  }
  if (field.matches("select")) {
    return [...field.options].find((option) => option.value === value)?.textContent.trim() ?? "";
  }
  return value;
}

class Fields {
  constructor(form) {
    this.all = [...form.elements].filter((field) => field.matches(TYPED_IN));
  }

  values() {
    const values = {};
    for (const { name, type, value, checked } of this.all) {
      if (type === "checkbox") values[name] = [...(values[name] ?? []), ...(checked ? [value] : [])];
      else if (type === "radio") values[name] = checked ? value : (values[name] ?? "");
      else values[name] = value;
    }
    return values;
  }

  put(values) {
    for (const field of this.all) {
      if (!(field.name in values)) continue;
      const value = values[field.name];
      if (TICKED.includes(field.type)) field.checked = [value].flat().includes(field.value);
      else if (field.matches("textarea, input[type='text']")) take(field, value);
      else field.value = value;
    }
  }

  // Whether they say what is in the form now, as far as they say anything.
  areThere(values) {
    const now = this.values();
    return Object.entries(values).every(
      ([name, value]) => JSON.stringify(now[name]) === JSON.stringify(value),
    );
  }

  // The words that were typed, without what was only chosen.
  words(values) {
    const typed = this.all.filter((field) => !TICKED.includes(field.type) && !field.matches("select"));
    return typed.map((field) => values[field.name] ?? "").join("\n");
  }

  // All that is said, to read: the words alone where one question is asked, else a line for each.
  text(values) {
    const lines = new Map();
    for (const field of this.all) {
      const question = questionOf(field);
      const said = saidBy(field, values);
      if (said) lines.set(question, [...(lines.get(question) ?? []), said]);
    }
    const questions = new Set(this.all.map(questionOf));
    if (questions.size === 1) return [...lines.values()].flat().join("\n");
    const asked = (question) => (/[?.:]$/.test(question) ? question : `${question}:`);
    return [...lines]
      .map(([question, said]) =>
        said[0] === question ? question : `${asked(question)} ${said.join(" ")}`,
      )
      .join("\n");
  }
}
