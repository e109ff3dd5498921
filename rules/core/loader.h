/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the loader share; only for them. */
#ifndef STACKCHECK_LOADER_H
#define STACKCHECK_LOADER_H

#include "core/index.h"
#include "core/load.h"
#include "core/yaml.h"

/* A growing list of pointers in the loader's arena. */
struct pointers {
	void **items;
	size_t len, size;
};

/* A feature or capability as it stands in a file, until the first use of its name loads it. */
struct definition {
	const char *name;
	const struct yaml *node;
	bool is_feature;
	bool loading; /* on the way: met again, it is a circle */
	struct capability *loaded;
};

struct loader {
	struct arena *arena;
	struct error *err;
	const struct rules *base;
	struct pointers definitions; /* struct definition */
	/* The same by name. */
	struct index features, capabilities;
	struct pointers shortfalls; /* struct shortfall */
	struct pointers needs; /* struct need, distinct, those of the base first */
	struct index needs_by_id;
	struct pointers names; /* open-ended facts that some expression or need names */
	struct index names_seen; /* also those that are not open-ended */
	struct index facts; /* struct fact_def, of the names that were looked up */
	struct pointers deployments; /* struct deployment */
	struct pointers packages; /* struct package */
	struct pointers vendors; /* struct firmware_vendor */
	struct pointers settings; /* struct firmware_setting */
	struct pointers
		step_lists; /* struct yaml: what names packages and settings, see check_steps() */
	struct pointers exclusions; /* struct pending_exclusion, as they stand in the files */
	struct pointers
		types; /* struct list_type: of lists of records, for the checker of expressions */
	struct lint *lint; /* NULL: nobody asks where things stand (core/lint.h) */
};

/* The needs of one role or bundle while they are read. */
struct uses {
	struct use *items;
	size_t len, size;
};

/* What a need takes over from the place it is used in. */
struct use_context {
	uint8_t layer;
	enum weight most; /* no need weighs more */
	const char *why; /* NULL: each must have its own */
	const char *const *sources;
	size_t n_sources;
	const char *when; /* text; NULL: always */
	bool is_part; /* one of several that are asked as one */
};

void pointers_add(struct arena *arena, struct pointers *pointers, void *item);

/* Texts, numbers and lists out of YAML, each with an error that names key and place. */
int read_keys(struct loader *loader, const struct yaml *map, const char *allowed);
int read_text(struct loader *loader, const struct yaml *map, const char *key, bool required,
	      const char **ret);
int read_bool(struct loader *loader, const struct yaml *map, const char *key, bool *ret);
int read_int(struct loader *loader, const struct yaml *map, const char *key, int64_t *ret);
int read_texts(struct loader *loader, const struct yaml *map, const char *key,
	       const char *const **ret, size_t *ret_len);

/* "; did you mean 'x'?" of the likest of `n` names, or "" (load_near.c). */
const char *did_you_mean(struct arena *arena, const char *name, const char *const *names, size_t n);
/* Errors, with the likest name that there is: -EINVAL. */
int no_fact(struct loader *loader, const struct yaml *at, const char *name);
int no_capability(struct loader *loader, const struct yaml *at, const char *name, bool is_feature);
int unknown_key(struct loader *loader, const struct yaml *key, const char *allowed);

/* Expressions: `list` is the list fact whose record fields are in sight, or NULL. */
int read_expr(struct loader *loader, const struct yaml *node, const char *list,
	      const struct cel_expr **ret);
int compile_text(struct loader *loader, const struct yaml *at, const char *text, const char *list,
		 const struct cel_expr **ret);
/* The same for a whole number. */
int compile_number(struct loader *loader, const struct yaml *at, const char *text, const char *list,
		   const struct cel_expr **ret);
/* Remembers that a rule names this fact, if its name is open-ended. */
void note_name(struct loader *loader, const char *name);
/* The same for a name that is known to be open-ended and lasts. */
void add_name(struct loader *loader, const char *name);
/* True where the expression hangs on the installed system (scopes os and state). */
bool expr_is_deferred(const struct cel_expr *expr, const char *list);

/* The rows of a list alone, of which the last may have a 'when'. */
int read_rows(struct loader *loader, const struct yaml *list, struct diagnosis **ret);

/* A value as it is written, of the type that the fact has (load_operand.c). */
int read_fact_value(struct loader *loader, const struct fact_def *def, const struct yaml *node,
		    struct value *ret);

/* What a remedy does: its key `do` (load_steps.c). */
int read_steps(struct loader *loader, const struct yaml *node, struct remedy *ret);

/* The tables of packages, firmware makers and settings (load_remedies.c). */
int load_packages(struct loader *loader, const struct yaml *map);
int load_vendors(struct loader *loader, const struct yaml *map);
int load_settings(struct loader *loader, const struct yaml *map);
/* Once all files are read: do the tables have what steps name? */
int check_steps(struct loader *loader);
void finish_remedies(struct loader *loader, struct rules *ret);

/* A {placeholder} in a text must be a word of the engine's or a fact. */
int check_placeholders(struct loader *loader, const struct yaml *at, const char *text);

int read_diagnosis(struct loader *loader, const struct yaml *map, const struct diagnosis **ret,
		   size_t *ret_len);
int load_shortfall(struct loader *loader, const struct yaml *node);
const struct shortfall *shortfall_of(const struct loader *loader, const char *fact);

/* Reads a list of needs and appends what they ask to `uses`. */
int load_needs(struct loader *loader, const struct yaml *list, const struct use_context *context,
	       struct uses *uses);
/* Appends one use, or strengthens the one that is there. */
void add_use(struct loader *loader, struct uses *uses, const struct use *use);
/* The need with that id: the one there is, or `need` itself. -EINVAL where they differ. */
int intern_need(struct loader *loader, const struct yaml *at, struct need *need,
		const struct need **ret);

/* A need that is known to be new. */
void add_need(struct loader *loader, struct need *need);

int define(struct loader *loader, const struct yaml *key, const struct yaml *node, bool is_feature);
/* The capability or feature of that name, loaded. */
int find_capability(struct loader *loader, const struct yaml *at, const char *name, bool is_feature,
		    const struct capability **ret);

/* The keys reviewed, release and notes of a deployment. */
int load_notes(struct loader *loader, const struct yaml *map, struct deployment *deployment);

int load_deployment(struct loader *loader, const struct yaml *node);

/* All of rules_load_all(), with a loader that the caller has set up. */
int load_rules(struct loader *loader, const char *const *paths, size_t n_paths, struct rules *ret);

/* `room:` of a role: how many of its units a host carries. */
int load_rooms(struct loader *loader, const struct yaml *role_node, struct role *role);

/* `per:` of a need: what its size is asked for each of. */
int load_scale(struct loader *loader, const struct yaml *node, const struct fact_def *def,
	       const struct need_scale **ret);

/*
 * `excludes:` of a capability or a role: noted while these are read, resolved when all are there.
 * `name` is the capability's, or "ID/ROLE".
 */
void note_exclusions(struct loader *loader, const struct yaml *node, const char *name,
		     bool is_capability);
int finish_exclusions(struct loader *loader, struct rules *rules);

#endif
