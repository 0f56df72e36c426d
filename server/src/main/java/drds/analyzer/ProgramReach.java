package drds.analyzer;

import drds.catalog.Database;
import drds.parser.DataChange;
import drds.parser.Delete;
import drds.parser.Expression;
import drds.parser.FunctionCall;
import drds.parser.Insert;
import drds.parser.Node;
import drds.parser.ProgramStatement;
import drds.parser.QualifiedName;
import drds.parser.Query;
import drds.parser.SetStatement;
import drds.parser.SpecialFunction;
import drds.parser.Statement;
import drds.parser.StoredProgram;
import drds.parser.TableReference;
import drds.parser.Update;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What a stored program touches beside its arguments and variables. */
public final class ProgramReach {
    /** What only the session knows, not the instance. */
    private static final Set<String> SESSIONS_OWN = Set.of(
            "LAST_INSERT_ID",
            "CONNECTION_ID",
            "FOUND_ROWS",
            "ROW_COUNT",
            "USER",
            "SESSION_USER",
            "SYSTEM_USER",
            "CURRENT_USER",
            "GET_LOCK",
            "RELEASE_LOCK",
            "RELEASE_ALL_LOCKS",
            "IS_FREE_LOCK",
            "IS_USED_LOCK",
            "SETVAL",
            "NEXTVAL",
            "LASTVAL");

    private ProgramReach() {}

    /**
     * Whether it computes from its arguments alone: it names no table and no user variable, runs no text and asks nothing that
     * only the session knows. So it gives the same on every instance.
     *
     * @param database whose functions it may call by their names alone
     */
    public static boolean isComputation(StoredProgram program, Database database) {
        boolean[] other = new boolean[1];
        program.body().walk(node -> other[0] |= reachesOut(node, database));
        return !other[0];
    }

    /** Whether it reaches tables, by queries and changes, and otherwise only computes from its arguments. */
    public static boolean isOfTables(StoredProgram program, Database database) {
        boolean[] other = new boolean[1];
        program.body()
                .walk(node -> other[0] |= switch (node) {
                    case Insert insert -> false;
                    case Update update -> false;
                    case Delete delete -> false;
                    case TableReference.TableName table -> false;
                    case Query.TableQuery table -> false;
                    default -> reachesOut(node, database);
                });
        return !other[0];
    }

    /** The tables that a part of a program names, as {@code database/table}. */
    public static Set<String> tables(Node part, String currentDatabase) {
        Set<String> tables = new TreeSet<>();
        part.walk(node -> {
            QualifiedName name = switch (node) {
                case TableReference.TableName table -> table.name();
                case Query.TableQuery table -> table.table();
                case Insert insert -> insert.table();
                case Delete.Target target -> target.name();
                default -> null;
            };
            if (name != null) {
                String schema =
                        name.schema() == null ? currentDatabase : name.schema().text();
                tables.add(schema + "/" + name.name().text());
            }
        });
        return tables;
    }

    private static boolean reachesOut(Node node, Database database) {
        return switch (node) {
            case TableReference.TableName table -> true;
            case Query.TableQuery table -> true;
            case Statement statement -> !isHarmless(statement);
            case Expression.UserVariable variable -> true;
            case SpecialFunction.SequenceValue sequence -> true;
            case FunctionCall call -> callsOut(call, database);
            case ProgramStatement.GetDiagnostics diagnostics -> false;
            default -> false;
        };
    }

    private static boolean isHarmless(Statement statement) {
        return switch (statement) {
            case Query query -> true;
            case DataChange.Do expressions -> true;
            case SetStatement.SetVariables set -> set.entries().stream().allMatch(ProgramReach::isLocal);
            default -> false;
        };
    }

    /** A name alone may also be a system variable's; a function that sets one is no computation, but harms only itself. */
    private static boolean isLocal(SetStatement.Entry entry) {
        return entry instanceof SetStatement.SystemVariable variable
                && variable.scope() == null
                && variable.component() == null;
    }

    private static boolean callsOut(FunctionCall call, Database database) {
        if (call.schema() != null) {
            return !call.schema().text().equals(database.name()) || !isEverywhere(call, database);
        }
        return isSessionsOwn(call)
                || database.program("FUNCTION", call.name().text()) != null && !isEverywhere(call, database);
    }

    /** Whether only the session knows the value. */
    static boolean isSessionsOwn(FunctionCall call) {
        return SESSIONS_OWN.contains(call.name().text().toUpperCase(Locale.ROOT));
    }

    private static boolean isEverywhere(FunctionCall call, Database database) {
        Database.Program program = database.program("FUNCTION", call.name().text());
        return program != null && program.everywhere();
    }
}
