// Writes static/built/: the compiled style sheet and the scripts that the pages load.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const root = fileURLToPath(new URL("..", import.meta.url));
const built = join(root, "static/built");
const source = (...parts) => readFileSync(join(root, ...parts), "utf8");
mkdirSync(built, { recursive: true });

const { css } = compile(join(root, "frontend/portal.scss"), {
  loadPaths: [join(root, "node_modules")],
  style: "compressed",
  quietDeps: true,
});
writeFileSync(join(built, "portal.css"), css);

// A source map that is not served would stop the manifest of the static storage, so the comment
// that names it goes.
const withoutMap = (text) => text.replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "\n");

// One module: GOV.UK Frontend's exports as an object, then our own script. Two files would have
// to name each other, which the hashed names of the static storage forbid.
const frontend = withoutMap(source("node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js"))
  .replace(/export\s*\{([^}]*)\};?\s*$/, (_, names) => {
    const entries = names.split(",").map((name) => {
      const [local, shown] = name.trim().split(/\s+as\s+/);
      return `${shown ?? local}:${local}`;
    });
    return `\nconst GOVUK={${entries.join(",")}};\n`;
  });
if (!frontend.includes("const GOVUK=")) throw new Error("govuk-frontend.min.js has no exports");
const ours = (...names) => names.map((name) => source(`frontend/${name}.js`)).join("\n");
writeFileSync(join(built, "portal.js"), frontend + ours("words", "leaving", "watching", "portal", "attempts"));
// Only the pages on which a draft is written load this.
writeFileSync(join(built, "writing.js"), ours("words", "fields", "sending", "journal", "left", "bar", "writing"));
writeFileSync(join(built, "support.js"), source("frontend/support.js"));

// The script of the files page alone: the client of the upload protocol, then our own.
const tus = withoutMap(source("node_modules/tus-js-client/dist/tus.min.js"));
writeFileSync(join(built, "uploads.js"), `${tus}\n${source("frontend/uploads.js")}`);
