/** Compares CloudFront's flat-rate plans with paying as you go, for a month of shows. */

import { delivery, estimate, type Show, total, usage } from "./estimate.ts";
import { FREE_TIER, PLANS, type Plan, PRICES } from "./prices.ts";

export interface PlannedMonth {
  readonly name: string;
  /** The shows, with everything but the idle stack: null if the plan is too small for them. */
  readonly dollars: number | null;
  /** Whether the plan takes the template's distribution as it is. */
  readonly isForTemplate: boolean;
  /** How the plan's allowance is used; null for paying as you go, which has none. */
  readonly allowance: Allowance | null;
}

interface Allowance {
  /** The part that is used, by what is used up first: 1 is all of it. */
  readonly used: number;
  readonly binds: "requests" | "traffic";
  /** How many viewer-hours like these it allows a month. */
  readonly viewerHours: number;
}

/** A month of so many such shows: pay as you go at list prices and after the free tier, and with each plan. */
export function compareMonth(show: Show, shows: number): PlannedMonth[] {
  const listed = shows * total(estimate(show));
  return [
    { name: "pay as you go", dollars: listed, isForTemplate: true, allowance: null },
    {
      name: "… after the free tier",
      dollars: listed - freeTier(show, shows),
      isForTemplate: true,
      allowance: null,
    },
    ...PLANS.map((plan) => withPlan(plan, show, shows)),
  ];
}

/** What the account's monthly free tier takes off what CloudFront charges, if nothing else uses it. */
function freeTier(show: Show, shows: number): number {
  const { gigabytes, requests } = asked(show);
  const freeGigabytes = Math.min(shows * gigabytes, FREE_TIER.gigabytes);
  const freeRequests = Math.min(shows * requests, FREE_TIER.requests);
  return freeGigabytes * PRICES.cloudFront.gigabyte + freeRequests * PRICES.cloudFront.request;
}

/** A plan that doesn't include Origin Shield needs it off: then more caches fetch from MediaPackage. */
function withPlan(plan: Plan, show: Show, shows: number): PlannedMonth {
  const planned = { ...show, hasOriginShield: show.hasOriginShield && plan.hasOriginShield };
  const { gigabytes, requests } = asked(planned);
  const byRequests = (shows * requests) / plan.requests;
  const byTraffic = (shows * gigabytes) / plan.gigabytes;
  const used = Math.max(byRequests, byTraffic);
  const rest = total(estimate(planned)) - total(delivery(planned));
  return {
    name: `${plan.name}, $${plan.dollars.toLocaleString("en")}`,
    isForTemplate: plan.hasOwnPolicies,
    dollars: used <= 1 ? plan.dollars + shows * rest : null,
    allowance: {
      used,
      binds: byRequests >= byTraffic ? "requests" : "traffic",
      viewerHours: used > 0 ? (shows * show.viewers * show.hours) / used : 0,
    },
  };
}

/** All that viewers ask of CloudFront. */
function asked(show: Show): { readonly gigabytes: number; readonly requests: number } {
  const { gigabytes, signatureGigabytes, ...requests } = usage(show);
  const { segmentRequests, playlistRequests, eventRequests, reportRequests, signatureRequests } = requests;
  return {
    gigabytes: gigabytes + signatureGigabytes,
    requests: segmentRequests + playlistRequests + eventRequests + reportRequests + signatureRequests,
  };
}
