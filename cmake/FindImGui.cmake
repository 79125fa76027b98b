# Dear ImGui as the distribution packages it: one static library with the GLFW and OpenGL 3
# backends and the FreeType font builder inside. Makes the target ImGui::ImGui.
find_path(ImGui_INCLUDE_DIR imgui.h PATH_SUFFIXES imgui)
find_library(ImGui_LIBRARY imgui)
find_package(Freetype QUIET)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(ImGui
    REQUIRED_VARS ImGui_LIBRARY ImGui_INCLUDE_DIR FREETYPE_LIBRARIES)

if(ImGui_FOUND AND NOT TARGET ImGui::ImGui)
  find_library(ImGui_STB_LIBRARY stb)
  add_library(ImGui::ImGui STATIC IMPORTED)
  set_target_properties(ImGui::ImGui PROPERTIES
      IMPORTED_LOCATION ${ImGui_LIBRARY}
      INTERFACE_INCLUDE_DIRECTORIES ${ImGui_INCLUDE_DIR}
      INTERFACE_LINK_LIBRARIES "Freetype::Freetype;${CMAKE_DL_LIBS}")
  if(ImGui_STB_LIBRARY)
    set_property(TARGET ImGui::ImGui APPEND PROPERTY
        INTERFACE_LINK_LIBRARIES ${ImGui_STB_LIBRARY})
  endif()
endif()
mark_as_advanced(ImGui_INCLUDE_DIR ImGui_LIBRARY ImGui_STB_LIBRARY)
