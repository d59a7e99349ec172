// A word is whatever stands between spaces: the rule of framework_portal/forms/words.py, which the
// server, the files to fill in elsewhere and the printed bid count by. A test holds them together.
const WORD = /\S+/g;

function countWords(text) {
  return (text.match(WORD) ?? []).length;
}

// How many words of `after` are not in `before`.
function countNewWords(before, after) {
  const left = new Map();
  for (const word of before.match(WORD) ?? []) left.set(word, (left.get(word) ?? 0) + 1);
  let count = 0;
  for (const word of after.match(WORD) ?? []) {
    if (left.get(word)) left.set(word, left.get(word) - 1);
    else count += 1;
  }
  return count;
}
