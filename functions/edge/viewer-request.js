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
  /^\/(?:(?:index|embed)(?:\.html)?|config\.json|assets\/[\w-]+\.[A-Za-z.]{2,16}|module\/(?:types\/)?[\w/.-]{1,80})?$/;
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
  // Set below for viewers with a ticket; nobody may bring it along.
  delete request.headers["x-shoal-viewer"];
  if (request.method === "OPTIONS") return respond(request, 204, "");
  if (request.method !== "GET" && request.method !== "HEAD") {
    return respond(request, 405, "Only GET and HEAD are answered here.");
  }
  const found = TICKETED.exec(request.uri);
  if (found) return withTicket(request, found[1], found[2]);
  if (request.uri === "/ticket") return give(request, newViewer(event));
  return page(request, request.uri);
}

function withTicket(request, ticket, path) {
  const claims = read(ticket);
  // The viewer keeps its id, which isn't a secret, also if its ticket has expired or was revoked.
  if (claims && path === "/ticket") return give(request, claims.sub);
  if (!claims) return respond(request, 401, "This ticket isn't one of this channel's.");
  if (claims.gen !== GENERATION) return respond(request, 401, "This ticket was revoked.");
  if (!(claims.exp > Date.now() / 1000)) return respond(request, 401, "This ticket has expired.");
  if (path === "/tracker") return pass(request, path, {}, claims.sub);
  if (!MEDIA.test(path) || path.includes("..")) return page(request, path);
  const queries = MANIFEST.test(path) ? manifestQueries(request.querystring) : {};
  if (!queries) return respond(request, 400, "This query isn't one of a manifest's.");
  return pass(request, path, queries, claims.sub);
}

function page(request, path) {
  if (path.includes("..")) return respond(request, 404, "There is nothing here.");
  if (PAGE.test(path)) return pass(request, path, {}, null);
  if (MEDIA.test(path) || path === "/tracker")
    return respond(request, 401, "This needs a ticket: GET /ticket.");
  return respond(request, 404, "There is nothing here.");
}

function pass(request, path, queries, viewer) {
  request.uri = path;
  request.querystring = queries;
  if (viewer) request.headers["x-shoal-viewer"] = { value: viewer };
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

function give(request, viewer) {
  const seconds = request.querystring.lasting ? LASTING_SECONDS : TICKET_SECONDS;
  const expiry = Math.floor(Date.now() / 1000) + seconds;
  const claims = JSON.stringify({ aud: CHANNEL, sub: viewer, exp: expiry, gen: GENERATION });
  const signed = JWT_HEADER + "." + Buffer.from(claims).toString("base64url");
  const ticket = signed + "." + signature(KEYS[0], signed);
  const swarm = signature(SWARM_SECRET, CHANNEL + "|" + GENERATION).slice(0, 10);
  return respond(request, 200, JSON.stringify({ ticket, viewer, swarm, seconds }), "application/json");
}

/** The claims of a ticket that this deployment has signed for this channel; null for any other text. */
function read(ticket) {
  const parts = ticket.split(".");
  if (parts.length !== 3 || parts[0] !== JWT_HEADER) return null;
  const signed = parts[0] + "." + parts[1];
  if (!KEYS.some((key) => key !== "" && isSame(signature(key, signed), parts[2]))) return null;
  const claims = JSON.parse(Buffer.from(parts[1], "base64url").toString());
  return claims.aud === CHANNEL ? claims : null;
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

const WORDS = {
  200: "OK",
  204: "No Content",
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  405: "Method Not Allowed",
};

function respond(request, statusCode, body, type) {
  const headers = { "cache-control": { value: "no-store" }, "content-type": { value: type || "text/plain" } };
  const origin = (request.headers.origin || { value: "" }).value;
  if (origin !== "" && EMBED_ORIGINS.indexOf(origin) >= 0) {
    headers["access-control-allow-origin"] = { value: origin };
    headers["access-control-allow-methods"] = { value: "GET, HEAD" };
    headers["access-control-allow-headers"] = { value: "range" };
    headers["access-control-max-age"] = { value: "86400" };
    headers.vary = { value: "Origin" };
  }
  return { statusCode, statusDescription: WORDS[statusCode], headers, body };
}
