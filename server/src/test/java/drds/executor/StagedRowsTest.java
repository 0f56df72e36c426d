package drds.executor;

import static org.assertj.core.api.Assertions.assertThat;

import drds.planner.Plan;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagedRowsTest {
    private final List<String> inserts = new ArrayList<>();

    @Test
    void equalRowsOfADistinctStepComeOnce() {
        StagedRows rows = rows(true);
        rows.add(new String[] {"1", "'a'"});
        rows.add(new String[] {"1", "'a'"});
        rows.add(new String[] {"1", "'A'"});
        rows.send();
        assertThat(inserts).containsExactly("INSERT INTO `drds`.`staged_0` VALUES (1,'a'),(1,'A')");
        assertThat(rows.taken()).isEqualTo(2);
    }

    @Test
    void allRowsOfOtherStepsStay() {
        StagedRows rows = rows(false);
        rows.add(new String[] {"NULL"});
        rows.add(new String[] {"NULL"});
        rows.send();
        assertThat(inserts).containsExactly("INSERT INTO `drds`.`staged_0` VALUES (NULL),(NULL)");
    }

    @Test
    void nothingIsInsertedWhereNoRowCame() {
        rows(true).send();
        assertThat(inserts).isEmpty();
    }

    private StagedRows rows(boolean distinct) {
        Plan.Residual source = new Plan.Residual(List.of(), List.of(), "SELECT 1", false, "none");
        Plan.Stage stage = new Plan.Stage("`drds`.`staged_0`", "SELECT 1", source, distinct);
        return new StagedRows(stage, 1 << 16, new ScratchBudget(ExecutorLimits.DEFAULT), () -> {}, inserts::add);
    }
}
