package drds.analyzer;

import drds.parser.Expression;
import drds.parser.FunctionCall;
import drds.parser.Node;
import drds.parser.Query;
import drds.parser.SpecialFunction;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands in a part of a statement, subqueries included.
 *
 * @param impure a function that may give another value on another instance or at another time, or that does something
 * @param homeOnly a stored function or a sequence, which only the home schema has
 * @param clock the moment of the statement (NOW and the like)
 * @param subquery a query
 * @param aggregate an aggregate function, outside of subqueries
 * @param window a window function, outside of subqueries
 * @param userVariable reads a user variable
 * @param assignment sets a user variable
 * @param systemVariable reads a system variable
 * @param parameter a {@code ?}
 */
public record Traits(
        boolean impure,
        boolean homeOnly,
        boolean clock,
        boolean subquery,
        boolean aggregate,
        boolean window,
        boolean userVariable,
        boolean assignment,
        boolean systemVariable,
        boolean parameter) {

    static final Traits NONE = new Traits(false, false, false, false, false, false, false, false, false, false);

    public static Traits of(Node node) {
        Finder finder = new Finder();
        finder.visit(node, 0);
        return new Traits(
                finder.impure,
                finder.homeOnly,
                finder.clock,
                finder.subquery,
                finder.aggregate,
                finder.window,
                finder.userVariable,
                finder.assignment,
                finder.systemVariable,
                finder.parameter);
    }

    Traits and(Traits that) {
        return new Traits(
                impure || that.impure,
                homeOnly || that.homeOnly,
                clock || that.clock,
                subquery || that.subquery,
                aggregate || that.aggregate,
                window || that.window,
                userVariable || that.userVariable,
                assignment || that.assignment,
                systemVariable || that.systemVariable,
                parameter || that.parameter);
    }

    /** Whether the value is the same on every instance and at every time of the statement. */
    public boolean steady() {
        return !impure && !clock && !userVariable && !assignment && !systemVariable;
    }

    private static final class Finder {
        private boolean impure;
        private boolean homeOnly;
        private boolean clock;
        private boolean subquery;
        private boolean aggregate;
        private boolean window;
        private boolean userVariable;
        private boolean assignment;
        private boolean systemVariable;
        private boolean parameter;

        private void visit(Node top, int depth) {
            List<Node> open = new ArrayList<>();
            open.add(top);
            while (!open.isEmpty()) {
                Node node = open.removeLast();
                note(node, depth);
                if (node instanceof Expression.Subquery) {
                    node.forEachChild(child -> visit(child, depth + 1));
                } else {
                    node.forEachChild(open::add);
                }
            }
        }

        private void note(Node node, int depth) {
            switch (node) {
                case FunctionCall call -> function(call, depth);
                case SpecialFunction.SequenceValue value -> {
                    impure = true;
                    homeOnly = true;
                }
                case Expression.UserVariable variable -> userVariable = true;
                case Expression.Assignment set -> assignment = true;
                case Expression.SystemVariable variable -> systemVariable = true;
                case Expression.Parameter p -> parameter = true;
                case Query query -> subquery = true;
                default -> {}
            }
        }

        private void function(FunctionCall call, int depth) {
            String name = call.name().text();
            homeOnly |= call.schema() != null
                    || !Functions.isBuiltIn(name, call.arguments().size());
            if (call.schema() != null) {
                impure = true;
            } else if (Functions.isClock(name, call.arguments().size())) {
                clock = true;
            } else if (!Functions.isPure(name, call.arguments().size())) {
                impure = true;
            }
            if (depth == 0) {
                window |= call.over() != null;
                aggregate |= call.aggregate() && call.over() == null;
            }
        }
    }
}
