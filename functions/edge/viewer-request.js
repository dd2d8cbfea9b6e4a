/**
 * Runs at CloudFront's edge, before the cache, on every request: gives tickets, checks them, and turns away what no
 * origin has a use for. It is a CloudFront Function (cloudfront-js-2.0): one file without imports but crypto, at most
 * 10 KB. template.yaml holds a copy (`npm run format` writes it), and CloudFormation fills in the constants.
 *
 * A ticket is an HS256 JWT in the path, `/t/TICKET/out/v1/…`, so that relative addresses in playlists keep it in every
 * player. Behind this function the path has none, so all viewers share one cache entry.
 */
const crypto = require("crypto");

const CHANNEL = "${AWS::StackName}";
const GENERATION = Number("${TicketGeneration}");
/** The key that signs, and the one before it, so that a turn of the key leaves no gap. */
const KEYS = ["${TicketKey.Value}", "${TicketKey.Previous}"];
const SWARM_SECRET = "${SwarmSecret.Value}";
/** Signs personal links, for a channel's generation, and the studio's. */
const LINK_KEY = "${LinkKey.Value}";
/** Sign the studio's sessions. */
const SESSION_KEYS = ["${SessionKey.Value}", "${SessionKey.Previous}"];
/** What opens a private stream: `link`, and `password` and `token` where the deployment has them. An open one has none. */
const WAYS = "${Ways}".split(",").filter(Boolean);
/** Sites whose pages may ask for tickets, and read why one is refused. */
const EMBED_ORIGINS = "${Origins}".split(",");

/** A player renews its ticket well before. */
const TICKET_SECONDS = 900;
/** For what can't renew: Safari's own player, a set-top box. */
const LASTING_SECONDS = 43200;

/** {"alg":"HS256","typ":"JWT"}: no other header is accepted, so none can choose the algorithm. */
const JWT_HEADER = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

const TICKETED = /^\/t\/([\w.-]{1,300})(\/.*)$/;
const PAGE =
  /^\/(?:(?:index|embed|debug)(?:\.html)?|(?:config|event|oembed|reports)\.json|pictures\/[\w-]{22}\.(?:jpg|png)|assets\/[\w-]+\.[A-Za-z.]{2,16}|module\/[\w/.-]{1,86})?$/;
/**
 * When this was deployed, and a digest of each asset's and module's path, which functions/site/page-digests.ts fills in
 * once it is known what was built. Without them any path of the right shape is a page's, and so it is for an hour after a
 * deployment, for pages of the build before.
 */
const PAGES = "PAGES_OF_THIS_BUILD".split(".");
const OLD_PAGES_SECONDS = 3600;
/** The studio, whose API takes changes (functions/studio/). */
const STUDIO = /^\/studio(?:\/api\/[\w/-]{1,60})?$/;
/** What else is answered: reads, and what a viewer's player reports, which is all that a ticket lets post. */
const ANSWERED = /^(?:GET|HEAD) |^POST \/t\/[\w.-]+\/reports$/;
/** Playlists, segments and their signatures. */
const MEDIA = /^\/(?:out\/v1|signatures)\/[\w/.-]+$/;
const MANIFEST = /\.(?:m3u8|mpd)$/;

/** What MediaPackage takes on a manifest, as it stands in an address: encoded or not. A time is to the second. */
const TIME = /^(?:\d{10}|\d{4}-\d\d-\d\dT\d\d(?:(?::|%3A)\d\d){2}(?:Z|(?:%2B|-)\d\d(?::|%3A)\d\d))$/;
const MANIFEST_QUERIES = {
  start: TIME,
  end: TIME,
  time_delay: /^\d{1,6}$/,
  "aws.manifestfilter": /^[\w:,;.%-]{1,128}$/,
  "aws.manifestsettings": /^[\w:,;.%-]{1,128}$/,
};

function handler(event) {
  const request = event.request;
  // Set below; nobody may bring them along.
  for (const name of ["viewer", "swarm", "generation"]) delete request.headers["x-shoal-" + name];
  if (request.method === "OPTIONS") return respond(request, 204, "");
  if (STUDIO.test(request.uri)) return studio(request);
  if (!ANSWERED.test(request.method + " " + request.uri))
    return respond(request, 405, "Only GET and HEAD are answered here.");
  const found = TICKETED.exec(request.uri);
  if (found) return withTicket(request, found[1], found[2]);
  if (request.uri === "/ticket") {
    return WAYS.length > 0 ? enter(request, null) : give(request, newViewer(event));
  }
  return page(request, request.uri);
}

function withTicket(request, ticket, path) {
  const claims = read(ticket);
  if (claims && path === "/ticket") return renew(request, claims);
  const objection = objectionTo(claims);
  if (objection) return respond(request, 401, objection);
  if (path === "/tracker") return pass(request, path, {}, claims.sub, swarm());
  if (request.method === "POST") return pass(request, path, {}, claims.sub);
  if (!MEDIA.test(path) || path.includes("..")) return page(request, path);
  const queries = MANIFEST.test(path) ? manifestQueries(request.querystring) : {};
  if (!queries) return respond(request, 400, "This query isn't one of a manifest's.");
  return pass(request, path, queries, claims.sub);
}

function objectionTo(claims) {
  if (!claims) return "This ticket isn't one of this channel's.";
  if (claims.gen !== GENERATION) return "This ticket was revoked.";
  if (!isAhead(claims.exp)) return "This ticket has expired.";
  // Given while the stream was open.
  if (WAYS.length > 0 && !claims.end) return "This stream is private now.";
  return null;
}

/**
 * The studio's page is for everybody, its API for who brings a link or a session that this deployment has signed. Whether
 * they still hold is in the table, which the API asks. Passkeys are there alone, so the API hears everybody who brings one.
 */
function studio(request) {
  const isEntering = request.method === "POST" && request.uri === "/studio/api/session";
  const isOpen = /^\/studio(?:\/api\/passkey-\w+)?$/.test(request.uri);
  if (isOpen || (isEntering ? bringsStudioLink(request) : hasSession(request)))
    return pass(request, request.uri, {});
  const error = isEntering ? "This link is too old, or cut short. Ask for another." : "You aren't signed in.";
  return respond(request, 401, JSON.stringify({ error }), "application/json");
}

/** A link to the studio says something random and until when it holds, and is signed (functions/record/access.ts). */
function bringsStudioLink(request) {
  const brought = passIn(request);
  const parts = brought.length === 2 && brought[0] === "studio" ? brought[1].split(".") : [];
  if (parts.length !== 3) return false;
  return isSame(signature(LINK_KEY, "studio." + parts[0] + "." + parts[1]), parts[2]) && isAhead(parts[1]);
}

function hasSession(request) {
  const cookie = request.cookies["__Secure-studio"];
  const claims = cookie && claimsIn(cookie.value, SESSION_KEYS);
  return !!claims && claims.aud === "studio" && isAhead(claims.exp);
}

/** What stands in the header `x-shoal-pass: WAY VALUE`. */
function passIn(request) {
  return (request.headers["x-shoal-pass"] || { value: "" }).value.split(" ");
}

function isAhead(seconds) {
  return Number(seconds) > Date.now() / 1000;
}

/**
 * The next ticket for the same viewer. An open stream's viewer keeps its id, which isn't a secret, also if its ticket has
 * expired or was revoked. A private stream's has to have a good one, or to enter again.
 */
function renew(request, claims) {
  if (WAYS.length === 0) return give(request, claims.sub);
  if (request.headers["x-shoal-pass"]) return enter(request, claims.sub);
  const objection = objectionTo(claims);
  return objection ? respond(request, 401, objection) : give(request, claims.sub, claims.end);
}

/**
 * Passes on who brings a password, a personal link or another site's token, as `x-shoal-pass: WAY VALUE`: a header, since
 * this function sees no body. A link is checked here, so that a made-up one costs nothing behind the edge.
 */
function enter(request, viewer) {
  const brought = passIn(request);
  if (!WAYS.includes(brought[0]) || brought.length !== 2) return refuse(request, "pass-needed");
  const objection = brought[0] === "link" && objectionToLink(brought[1].split("."));
  if (objection) return refuse(request, objection);
  request.headers["x-shoal-generation"] = { value: String(GENERATION) };
  const queries = request.querystring.lasting ? { lasting: { value: "1" } } : {};
  return pass(request, "/ticket", queries, viewer, swarm());
}

/** A link says its id, how many may watch by it, until when, and its generation, and is signed (functions/tickets/links.ts). */
function objectionToLink(parts) {
  const signed = parts.slice(0, 4).join(".");
  if (parts.length !== 5 || !isSame(signature(LINK_KEY, signed), parts[4])) return "link-unknown";
  if (Number(parts[3]) !== GENERATION) return "link-revoked";
  return isAhead(parts[2]) ? null : "link-over";
}

function refuse(request, reason) {
  return respond(request, 401, JSON.stringify({ reason, ways: WAYS }), "application/json");
}

function page(request, path) {
  if (!path.includes("..")) {
    if (PAGE.test(path) && isBuilt(path)) return pass(request, path, {});
    if (MEDIA.test(path) || path === "/tracker")
      return respond(request, 401, "This needs a ticket: GET /ticket.");
  }
  return respond(request, 404, "There is nothing here.");
}

function isBuilt(path) {
  if (PAGES.length < 2 || !/^\/(?:assets|module)\//.test(path)) return true;
  if (Date.now() / 1000 < Number(PAGES[0]) + OLD_PAGES_SECONDS) return true;
  return PAGES.includes(signature("page", path).slice(0, 6));
}

function pass(request, path, queries, viewer, swarm) {
  request.uri = path;
  request.querystring = queries;
  if (viewer) request.headers["x-shoal-viewer"] = { value: viewer };
  if (swarm) request.headers["x-shoal-swarm"] = { value: swarm };
  return request;
}

/** Those that MediaPackage takes; null when one of them is malformed. Others don't do anything, and are dropped. */
function manifestQueries(querystring) {
  const queries = {};
  for (const name of Object.keys(MANIFEST_QUERIES)) {
    const query = querystring[name];
    if (!query) continue;
    if (query.multiValue || !MANIFEST_QUERIES[name].test(query.value)) return null;
    queries[name] = { value: query.value };
  }
  return queries;
}

/** Ten characters that no two visits share; they begin the random part of the viewer's peer ids. */
function newViewer(event) {
  return signature(KEYS[0], event.context.requestId + Date.now() + event.viewer.ip).slice(0, 10);
}

/** `end` is when a private stream's viewer has to enter again. */
function give(request, viewer, end) {
  const now = Math.floor(Date.now() / 1000);
  const lasts = now + (request.querystring.lasting ? LASTING_SECONDS : TICKET_SECONDS);
  const exp = end < lasts ? end : lasts;
  const claims = JSON.stringify({ aud: CHANNEL, sub: viewer, exp, gen: GENERATION, end });
  const signed = JWT_HEADER + "." + Buffer.from(claims).toString("base64url");
  const reply = {
    ticket: signed + "." + signature(KEYS[0], signed),
    viewer,
    swarm: swarm(),
    seconds: exp - now,
  };
  return respond(request, 200, JSON.stringify(reply), "application/json");
}

/** What the names of the channel's swarms begin with: nobody can compute it, and a revocation changes it. */
function swarm() {
  return signature(SWARM_SECRET, CHANNEL + "|" + GENERATION).slice(0, 10);
}

/** The claims of a ticket that this deployment has signed for this channel; null for any other text. */
function read(ticket) {
  const claims = claimsIn(ticket, KEYS);
  return claims && claims.aud === CHANNEL ? claims : null;
}

/** What a JWT claims that one of these keys has signed; null for any other text. */
function claimsIn(jwt, keys) {
  const parts = jwt.split(".");
  if (parts.length !== 3 || parts[0] !== JWT_HEADER) return null;
  const signed = parts[0] + "." + parts[1];
  if (!keys.some((key) => key !== "" && isSame(signature(key, signed), parts[2]))) return null;
  return JSON.parse(Buffer.from(parts[1], "base64url").toString());
}

function signature(key, text) {
  return crypto.createHmac("sha256", key).update(text).digest("base64url");
}

/** Takes as long wherever two texts of one length begin to differ. */
function isSame(one, other) {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}

function respond(request, statusCode, body, type) {
  const headers = { "cache-control": { value: "no-store" }, "content-type": { value: type || "text/plain" } };
  const origin = (request.headers.origin || { value: "" }).value;
  if (origin !== "" && EMBED_ORIGINS.includes(origin)) {
    const access = {
      "allow-origin": origin,
      "allow-methods": "GET, HEAD, POST",
      "allow-headers": "range, x-shoal-pass, content-type, x-amz-content-sha256",
      "max-age": "86400",
    };
    for (const name of Object.keys(access)) headers["access-control-" + name] = { value: access[name] };
    headers.vary = { value: "Origin" };
  }
  return { statusCode, headers, body };
}
