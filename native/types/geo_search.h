// Searching for places: which ranges of scores a shape can reach, and which of their points are in it.
//
// What is in a shape is decided by geo_contains, to the last bit. A GeoSearch answers the same question
// without its calls of trigonometric functions, for nearly all points:
//
//   1. A score whose column or row is outside of the rectangle around the shape is refused as it is: the bits
//      of both are compared where they stand in the score.
//   2. The haversine of the point, hav(a) = sin^2(a / 2) of its angle a from the centre, is computed with
//      polynomials, and compared with that of the radius.
//   3. Where both are so near that rounding may matter, geo_contains decides.
//
// Haversines are ordered as distances are, so the nearest places can be chosen by them as well, up to their
// error.
//
// Cost: geo_contains is about five calls of trigonometric functions; GeoSearch::contains takes a tenth of
// that, and a few instructions for a score that step 1 refuses.
#pragma once

#include <cstddef>
#include <cstdint>

#include "types/geo.h"

namespace redwing {

/// What a search looks for: all points at most `radius` metres from the centre, or all in a box. A point is
/// in the box if it is at most height / 2 metres north or south of the centre, and at most width / 2 metres
/// from the centre's meridian, measured from itself along the great circle to its own latitude there.
struct GeoShape {
  enum class Kind : uint8_t { kCircle, kBox };
  Kind kind;
  GeoPoint centre;    // valid
  double radius = 0;  // circle; metres, >= 0, may be infinite
  double width = 0;   // box; likewise
  double height = 0;
};

/// Whether `point` is in the shape; if so, its distance from the centre is stored.
bool geo_contains(const GeoShape& shape, GeoPoint point, double* distance);

/// Scores from `min` up to, but not including, `max`.
struct GeoRange {
  double min;
  double max;
};

/// Disjoint score ranges, in the order in which the members of a shape are to be replied when nobody asks for
/// another.
struct GeoRanges {
  static constexpr size_t kMax = 20;
  GeoRange ranges[kMax];
  /// How many there are, at least 1. All points of the shape are in them (and others: see geo_contains).
  size_t count;
  /// How many of these, from the first, are parts of what a real server walks: of the cell of the centre and
  /// its neighbours, at most 9. Fewer than `count` only where that misses points: shapes that are thousands
  /// of kilometres wide, come near a pole or touch the edge of the grid.
  size_t usual_count;
};

/// The ranges to walk for a shape.
void geo_search_ranges(const GeoShape& shape, GeoRanges* out);

/// Between what the true haversine is, where GeoSearch says `haversine`.
double geo_haversine_min(double haversine);
double geo_haversine_max(double haversine);

/// The columns and rows of the finest grid that a shape can reach, as their bits stand in a score.
struct CellBounds {
  uint64_t west, columns;  // the least, and how much greater others may be
  uint64_t south, rows;
};

/// A shape made ready for looking at many points. Any thread.
class GeoSearch {
 public:
  /// The centre of the shape is valid (asserted).
  explicit GeoSearch(const GeoShape& shape);

  const GeoRanges& ranges() const { return ranges_; }
  /// Whether the point of a score is in the shape, as geo_contains has it; if so, the haversine of its angle
  /// from the centre is stored, near enough for geo_haversine_min and _max.
  bool contains(double score, double* haversine) const;
  /// The distance of a score's point from the centre, exactly as geo_distance has it.
  double distance(double score) const { return geo_distance(shape_.centre, geo_decode(score)); }

 private:
  // A haversine that points are compared with.
  struct Limit {
    double inside;   // below this, a point is certainly not beyond it
    double outside;  // above this, it certainly is
  };
  static Limit limit_of(double distance);
  bool contains_exactly(double score, double* haversine) const;
  bool box_contains(double score, double north, double across) const;

  GeoShape shape_;
  GeoRanges ranges_;
  CellBounds bounds_;
  Limit limit_;  // of a circle's radius, or half a box's width
  // Half the centre's angles, and the cosine of its latitude.
  double half_longitude_, half_latitude_, cosine_;
};

}  // namespace redwing
