package drds.ddl;

import drds.ddl.JobRecord.Cleanup;
import drds.ddl.Layout.Place;

/**
 * A physical table that is replaced by another in one atomic rename.
 *
 * @param shadow the name of the one that comes, while it is made
 * @param away the name of the one that goes, until it is dropped
 */
record Swap(Place place, TableName shadow, TableName away) {
    Action copyOfDefinition() {
        return Action.plain(
                place.group(),
                "CREATE TABLE " + shadow.quoted() + " LIKE " + place.name().quoted(),
                new Undo.DropTable(shadow));
    }

    Action exchange() {
        return Action.plain(
                place.group(),
                "RENAME TABLE " + place.name().quoted() + " TO " + away.quoted() + ", " + shadow.quoted() + " TO "
                        + place.name().quoted(),
                new Undo.SwapBack(place.name(), away, shadow));
    }

    Cleanup dropOld() {
        return new Cleanup(place.group(), "DROP TABLE IF EXISTS " + away.quoted());
    }
}
