// Writes static/built/: the compiled style sheet and the scripts that the pages load.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const root = fileURLToPath(new URL("..", import.meta.url));
const built = join(root, "static/built");
mkdirSync(built, { recursive: true });

const { css } = compile(join(root, "frontend/portal.scss"), {
  loadPaths: [join(root, "node_modules")],
  style: "compressed",
  quietDeps: true,
});
writeFileSync(join(built, "portal.css"), css);

// A source map that is not served would stop collectstatic's manifest.
const script = readFileSync(
  join(root, "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js"),
  "utf8",
);
writeFileSync(
  join(built, "govuk-frontend.min.js"),
  script.replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "\n"),
);
