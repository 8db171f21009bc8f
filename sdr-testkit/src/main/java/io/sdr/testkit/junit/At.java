package io.sdr.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says which site a parameter of a {@link RecoveryTest} is of. */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface At {
    /**
     * Names the site.
     *
     * @return {@code east} or {@code west}
     */
    String value();
}
