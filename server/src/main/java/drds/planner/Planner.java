package drds.planner;

import drds.analyzer.Analysis;
import drds.catalog.Catalog;
import drds.catalog.Database;
import drds.error.ErrorCode;
import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.Expression;
import drds.parser.HintCommand;
import drds.parser.Insert;
import drds.parser.LoadData;
import drds.parser.ParsedStatement;
import drds.parser.Query;
import drds.parser.Select;
import drds.parser.Span;
import drds.parser.SqlParser;
import drds.parser.Statement;
import drds.parser.Unparsed;
import drds.parser.Update;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From a parsed SELECT, INSERT, UPDATE, DELETE and the like to a {@link Plan}. Pure: no I/O, no state. */
public final class Planner {
    private Planner() {}

    /**
     * Plans a statement. Where parameters are known, only a {@link Plan.Route} keeps its {@code ?}, all of them in their
     * order, so that it can be executed with the client's own bytes; every other plan has the values in its texts. Where they
     * aren't known the plan is good for nothing but metadata.
     *
     * @throws drds.error.SqlError if the statement can't be done
     */
    public static Plan plan(ParsedStatement parsed, PlanningContext context) {
        List<String> parameters = context.parameters();
        if (parsed.parameters() == 0 || parameters == null) {
            return plan(parsed, context, null);
        }
        if (parameters.size() != parsed.parameters()) {
            throw new IllegalArgumentException(
                    parameters.size() + " values for " + parsed.parameters() + " parameters");
        }
        ParsedStatement filledIn = context.parser().parse(fillIn(parsed, parameters));
        Plan plan = plan(filledIn, context, null);
        if (plan instanceof Plan.Route) {
            List<Expression> values =
                    parameters.stream().map(p -> literal(context.parser(), p)).toList();
            Plan kept = plan(parsed, context, values);
            return kept instanceof Plan.Route ? kept : plan;
        }
        return plan;
    }

    /**
     * Plans a statement that says by a hint where it runs.
     *
     * @param parsed the statement without its hints and without question marks
     * @param hint node or scan
     */
    public static Plan hinted(ParsedStatement parsed, PlanningContext context, HintCommand hint) {
        StatementPlanner planner = new StatementPlanner(context, new LiteralKeyReader(context.keys(), null));
        return new HintedPlanner(planner, parsed, hint).plan();
    }

    /** Whether a query locks rows. */
    public static boolean locks(Statement statement) {
        return StatementPlanner.locks(statement);
    }

    /** The physical schemas of a database that a hint means; for statements that are no queries or changes of rows. */
    public static List<Database.Shard> hintedSchemas(Catalog catalog, Database database, HintCommand hint) {
        return HintedPlanner.shards(catalog, database, HintedPlanner.nodes(hint));
    }

    /**
     * The template of a statement's shape, for a statement that has been planned.
     *
     * @param literals where the literals stand in the source, in order
     * @param plan what {@link #plan} gave
     * @return null if other statements of the shape may need other plans
     */
    public static @Nullable RouteTemplate template(
            ParsedStatement parsed, PlanningContext context, List<Span> literals, Plan plan) {
        if (!(plan instanceof Plan.Route route)) {
            return null;
        }
        List<Expression> values = context.parameters() == null
                ? null
                : context.parameters().stream()
                        .map(p -> literal(context.parser(), p))
                        .toList();
        StatementPlanner planner = new StatementPlanner(context, new LiteralKeyReader(context.keys(), values));
        try {
            return new TemplateMaker(planner, parsed, literals).make(route);
        } catch (NotPushable none) {
            return null;
        }
    }

    /**
     * The template of gathers of a statement's shape.
     *
     * @param parsed a statement without views; its {@code ?}, if it has any, stay in the texts
     * @param literals where the values stand that may differ, none if the statement has question marks
     * @return null if such statements have to be planned one by one
     */
    public static @Nullable GatherTemplate gatherTemplate(
            ParsedStatement parsed, PlanningContext context, List<Span> literals) {
        StatementPlanner planner = new StatementPlanner(context, new LiteralKeyReader(context.keys(), null));
        try {
            Analysis analysis = planner.analyze(parsed);
            boolean views = analysis.tables().stream().anyMatch(t -> t.view() != null);
            FunctionReach.refuse(analysis, context);
            if (views || !analysis.hasSharded() || analysis.traits().impure()) {
                return null;
            }
            return GatherPlanner.template(planner, new GatherTemplateMaker(analysis, literals), analysis);
        } catch (NotPushable none) {
            return null;
        }
    }

    /**
     * Which of a statement's values may differ in statements of one template: the others are part of it.
     *
     * @param literals where they stand; for a statement with question marks the spans of those
     */
    public static boolean[] openValues(ParsedStatement parsed, List<Span> literals) {
        boolean[] open = new boolean[literals.size()];
        for (Expression free : FreeLiterals.in(parsed.statement())) {
            int at = literals.indexOf(free.span());
            if (at >= 0) {
                open[at] = true;
            }
        }
        return open;
    }

    private static Plan plan(ParsedStatement parsed, PlanningContext context, @Nullable List<Expression> parameters) {
        StatementPlanner planner = new StatementPlanner(context, new LiteralKeyReader(context.keys(), parameters));
        try {
            return plan(parsed, planner);
        } catch (NotPushable impossible) {
            throw ErrorCode.NOT_SUPPORTED.with(impossible.reason());
        }
    }

    private static Plan plan(ParsedStatement parsed, StatementPlanner planner) {
        boolean views = parsed.statement() instanceof DataChange
                && planner.context().catalog().databases().values().stream()
                        .anyMatch(database -> !database.views().isEmpty());
        Plan throughView = views ? new ViewChangePlanner(planner, parsed).plan() : null;
        Plan plan = throughView != null ? throughView : planned(parsed, planner);
        return parsed.statement() instanceof DataChange change
                ? TriggerPlanner.complete(plan, parsed, change, planner)
                : plan;
    }

    private static Plan planned(ParsedStatement parsed, StatementPlanner planner) {
        return switch (parsed.statement()) {
            case Query query -> planner.select(parsed);
            case Unparsed unparsed -> UnparsedPlanner.plan(parsed, unparsed, planner);
            case DataChange change
            when InstanceTables.changedBy(change, planner.context().currentDatabase()) ->
                throw ErrorCode.NOT_SUPPORTED.with("changes of the instances' own tables in the schema mysql");
            case Insert insert -> new InsertPlanner(planner, parsed, insert).plan();
            case Update update -> new UpdatePlanner(planner, parsed, update).plan();
            case Delete delete -> new DeletePlanner(planner, parsed, delete).plan();
            case LoadData load -> others(planner, parsed, "LOAD DATA");
            case DataChange.Do statement -> others(planner, parsed, "DO with sharded tables");
            case DataChange.Handler handler -> others(planner, parsed, "HANDLER");
            case DataChange.Call call -> planner.home(parsed, true, "procedures live in the home schema");
            default -> throw ErrorCode.NOT_SUPPORTED.with(parsed.text());
        };
    }

    /** Statements that run at home or not at all. */
    private static Plan others(StatementPlanner planner, ParsedStatement parsed, String what) {
        return OtherChanges.plan(planner, parsed, what);
    }

    private static String fillIn(ParsedStatement parsed, List<String> parameters) {
        return FilledIn.text(
                parsed,
                parameters,
                new boolean[parameters.size()],
                parsed.statement().span());
    }

    private static Expression literal(SqlParser parser, String text) {
        if (parser.parse("SELECT " + text).statement() instanceof Select select
                && select.items().get(0) instanceof Select.ExpressionItem item) {
            return item.expression();
        }
        throw new IllegalArgumentException("not a literal: " + text);
    }
}
