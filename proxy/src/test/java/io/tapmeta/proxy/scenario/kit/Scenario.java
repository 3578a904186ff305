package io.tapmeta.proxy.scenario.kit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests on real parts: skipped without root, ended when they hang, and nothing may be left behind. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({RootOnly.class, Leftovers.class})
@Timeout(60)
public @interface Scenario {}
