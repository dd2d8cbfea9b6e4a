/** What is to be limited is limited by the parameter that is for it. */

import { list, map } from "../distributions.ts";
import type { Rule } from "../rule.ts";

/** What costs are compared with a budget: those so far, and those that AWS expects by the month's end. */
const KINDS = ["ACTUAL", "FORECASTED"];

export const budgetRules: Readonly<Record<string, Rule>> = {
  *"a budget is of so many dollars a month, and says so before and when they are spent"({ stack }) {
    const amount = Number(stack.parameter("MonthlyBudget"));
    const reader = stack.parameter("NoticeEmail");
    const budgets = stack.ofType("AWS::Budgets::Budget");
    if (budgets.length !== (amount > 0 && reader ? 1 : 0)) yield `there are ${budgets.length} budgets`;
    for (const { id, properties } of budgets) {
      const { BudgetType, TimeUnit, BudgetLimit } = map(properties["Budget"]);
      const { Amount, Unit } = map(BudgetLimit);
      if (BudgetType !== "COST" || TimeUnit !== "MONTHLY") yield `${id} isn't of a month's costs`;
      if (Number(Amount) !== amount || Unit !== "USD")
        yield `${id} is ${Amount} ${Unit}, not ${amount} dollars`;
      const notices = list(properties["NotificationsWithSubscribers"]);
      const kinds = notices.map(({ Notification }) => String(map(Notification)["NotificationType"]));
      if (kinds.toSorted().join() !== KINDS.join()) yield `${id} tells of costs that are ${kinds}`;
      for (const { Notification, Subscribers } of notices) {
        const { ComparisonOperator, Threshold, ThresholdType = "PERCENTAGE" } = map(Notification);
        const isPart = ThresholdType === "PERCENTAGE" && Number(Threshold) > 0 && Number(Threshold) <= 100;
        if (ComparisonOperator !== "GREATER_THAN" || !isPart)
          yield `${id} tells of what is ${ComparisonOperator} ${Threshold}`;
        const told = list(Subscribers).map((each) => `${each["SubscriptionType"]} ${each["Address"]}`);
        if (told.join() !== `EMAIL ${reader}`) yield `${id} tells ${told}`;
      }
    }
  },

  *"a function's reserved concurrency is the parameter named after it"({ stack }) {
    const functions = stack.ofType("AWS::Lambda::Function");
    const rest = new Set(functions);
    for (const parameter of Object.keys(stack.declared.Parameters)) {
      const stem = /^(\w+)Concurrency$/.exec(parameter)?.[1];
      if (stem === undefined) continue;
      const own = functions.filter(({ id }) => id.endsWith(`${stem}Function`));
      if (own.length !== 1) yield `${parameter} is for ${own.length} functions`;
      const wanted = Number(stack.parameter(parameter));
      for (const each of own) {
        rest.delete(each);
        if (Number(each.properties["ReservedConcurrentExecutions"] ?? 0) !== wanted)
          yield `${each.id} doesn't reserve ${parameter}`;
      }
    }
    for (const { id, properties } of rest)
      if (properties["ReservedConcurrentExecutions"] !== undefined) yield `${id} reserves by no parameter`;
  },
};
