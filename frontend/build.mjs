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

// One module: GOV.UK Frontend's exports as an object, then our own script. Two files would have
// to name each other, which the hashed names of the static storage forbid. A source map that is
// not served would stop its manifest, so the comment that names it goes.
const frontend = source("node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js")
  .replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "\n")
  .replace(/export\s*\{([^}]*)\};?\s*$/, (_, names) => {
    const entries = names.split(",").map((name) => {
      const [local, shown] = name.trim().split(/\s+as\s+/);
      return `${shown ?? local}:${local}`;
    });
    return `\nconst GOVUK={${entries.join(",")}};\n`;
  });
if (!frontend.includes("const GOVUK=")) throw new Error("govuk-frontend.min.js has no exports");
const ours = (...names) => names.map((name) => source(`frontend/${name}.js`)).join("\n");
writeFileSync(join(built, "portal.js"), frontend + ours("words", "leaving", "portal"));
// Only the pages on which a draft is written load this.
writeFileSync(join(built, "writing.js"), ours("words", "journal", "writing"));
writeFileSync(join(built, "support.js"), source("frontend/support.js"));
